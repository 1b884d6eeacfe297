import type { Clock } from "@holdfast/core";
import { applyFault, type FaultAction, type FetchFault, type Send } from "./fetch-faults.ts";
import { readRequest } from "./fetch-request.ts";

/** One request as it was given to {@link FaultyFetch.fetch}. */
export interface RecordedRequest {
  readonly url: string;
  /** In capitals. */
  readonly method: string;
  /** The body as text; empty when there is none. */
  readonly body: string;
  /** The commands of the Upstash REST protocol in it, every argument as text; empty when it carries none. */
  readonly commands: readonly (readonly string[])[];
  /** When it was given, in milliseconds of the clock's `now()`. */
  readonly startedAt: number;
  /** The faults that hit it, in the order they were armed. */
  readonly faults: readonly FaultAction[];
}

/** A `fetch` that fails on command and remembers what was asked of it. */
export interface FaultyFetch {
  /** Give this to the client under test. */
  readonly fetch: typeof globalThis.fetch;
  /** Every request so far, oldest first. Headers, and with them the token, are not kept. */
  readonly requests: readonly RecordedRequest[];
  /**
   * Arms a fault for the next `times` requests it is meant for. Several faults may hit one request: the one armed
   * first is the nearest to the client.
   *
   * @throws TypeError for a fault that cannot be.
   */
  fail(fault: FetchFault): void;
  /** Disarms every fault and forgets the requests. Requests under way keep the faults that hit them. */
  clear(): void;
}

/** Options of {@link faultyFetch}. */
export interface FaultyFetchOptions {
  /** Stamps the requests and times the delays. Default: the platform's clock. */
  clock?: Pick<Clock, "now" | "setTimeout">;
}

const platformClock: Pick<Clock, "now" | "setTimeout"> = {
  now: () => performance.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms),
};

/**
 * Wraps a `fetch` so that requests and replies can be lost, late, doubled or damaged on command: the trouble of a
 * network, in process and without a socket.
 *
 * @param fetch what carries the requests. Default: the platform's.
 * @example
 * const network = faultyFetch();
 * const store = restStore({ url, token, fetch: network.fetch });
 * network.fail({ action: "drop-reply", when: (commands) => commands[0]?.[0] === "EVALSHA" });
 */
export function faultyFetch(
  fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init),
  { clock = platformClock }: FaultyFetchOptions = {},
): FaultyFetch {
  const requests: RecordedRequest[] = [];
  let armed: { fault: FetchFault; left: number }[] = [];

  /** The faults that hit this request; each counts as used. */
  function take(commands: RecordedRequest["commands"], index: number): FetchFault[] {
    const hits = armed.filter(({ fault }) => fault.when?.(commands, index) ?? true);
    for (const hit of hits) hit.left--;
    armed = armed.filter(({ left }) => left > 0);
    return hits.map(({ fault }) => fault);
  }

  async function faulty(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const startedAt = clock.now();
    const read = readRequest(input, init);
    // Awaited only where it must be, so that a request shows in `requests` as soon as `fetch` was called.
    const { url, method, body, commands, resend, signal } = read instanceof Promise ? await read : read;
    const faults = take(commands, requests.length);
    requests.push({ url, method, body, commands, startedAt, faults: faults.map(({ action }) => action) });
    if (faults.length === 0) return fetch(url, { ...resend, signal });

    const heeded = faults.some((fault) => fault.ignoreAbort) ? null : signal;
    heeded?.throwIfAborted();
    // What the network already has is out of the caller's hands: no abort reaches the inner requests.
    const send: Send = () => fetch(url, resend);
    const answer = faults.reduceRight<Send>((next, fault) => applyFault(fault, next, clock), send)();
    return heeded ? untilAborted(answer, heeded) : answer;
  }

  return {
    fetch: faulty,
    requests,
    fail(fault) {
      const left = fault.times ?? 1;
      if (!(left > 0)) throw new TypeError("times: more than 0");
      if ("delayMs" in fault && !(fault.delayMs >= 0)) throw new TypeError("delayMs: 0 or more");
      armed.push({ fault, left });
    },
    clear() {
      armed = [];
      requests.length = 0;
    },
  };
}

/** The answer, or the signal's reason if that comes first. */
function untilAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
