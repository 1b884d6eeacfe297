import {
  type Clock,
  exchange,
  type RetryPolicy,
  retryAfterMs,
  type TryFailure,
  type TryOutcome,
  withRetries,
} from "@holdfast/core";
import type { RunOptions } from "@holdfast/core/commands";
import { mayPass, type Problem, problemError } from "./problems.ts";
import type { Tokens } from "./tokens.ts";

/** One request of the API. */
export interface Call {
  readonly method?: "GET" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: object;
  /** The lock's, for errors. */
  readonly name?: string | undefined;
}

/** An answer: what it says, or how it is a problem. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly problem: Problem;
}

export interface Transport {
  /**
   * Sends until `read` makes something of an answer: `undefined` from it means that the service said no such thing.
   * A conflict (409) can be an answer, too. Rejects with the errors of a store's `run`.
   */
  call<T>(call: Call, options: RunOptions, read: (answer: Answer) => T | undefined): Promise<T>;
  /** Opens a stream of server-sent events. */
  open(call: Call, signal: AbortSignal): Promise<Response>;
  /**
   * Sends once and awaits nothing: the request outlives the page. Only with a token that is known already.
   * @returns whether it is on its way.
   */
  beacon(call: Call): boolean;
}

export interface TransportOptions {
  /** Ends with a slash. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly tokens: Tokens;
  readonly tenant?: string | undefined;
  readonly timeoutMs: number;
  readonly retry: Required<RetryPolicy>;
  readonly clock: Clock;
  /** What has to be there before anything leaves. */
  readonly ready?: Promise<void> | undefined;
}

export function createTransport({
  url,
  fetch,
  tokens,
  tenant,
  timeoutMs,
  retry,
  clock,
  ready,
}: TransportOptions): Transport {
  const headersOf = (token: string, call: Call): Record<string, string> => ({
    authorization: `Bearer ${token}`,
    ...(tenant !== undefined && { "holdfast-tenant": tenant }),
    ...(call.body && { "content-type": "application/json" }),
  });

  /** The token, or why there is none, within the time of a try: a provider may hang, or throw what it likes. */
  function tokenWithin(limitMs: number, { signal }: RunOptions): Promise<string | TryFailure> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clock.clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      const abort = () => finish(() => reject(signal?.reason));
      const late: TryFailure = {
        retry: "timeout",
        text: `getToken gave no token within ${Math.round(limitMs)} ms`,
      };
      const timer = clock.setTimeout(() => finish(() => resolve(late)), Math.max(Math.ceil(limitMs), 0));
      signal?.addEventListener("abort", abort, { once: true });
      const failed: TryFailure = {
        retry: "network",
        text: "getToken threw, or gave something else than a token",
      };
      const token = ready ? ready.then(() => tokens.get()) : tokens.get();
      token.then(
        (token) => finish(() => resolve(token)),
        () => finish(() => resolve(failed)),
      );
      if (signal?.aborted) abort();
    });
  }

  async function tryOnce<T>(
    call: Call,
    options: RunOptions,
    read: (answer: Answer) => T | undefined,
    limitMs: number,
    mayRefresh: boolean,
  ): Promise<TryOutcome<T>> {
    const startedAt = clock.now();
    const token = await tokenWithin(limitMs, options);
    if (typeof token !== "string") return token;
    options.onSend?.();
    const leftMs = limitMs - (clock.now() - startedAt);
    const body = call.body && JSON.stringify(call.body);
    const method = call.method ?? "POST";
    const send: typeof fetch = (input, init) => fetch(input, { ...init, method, body: body ?? null });
    const sent = await exchange(clock, send, url + call.path, headersOf(token, call), "", leftMs, options);
    if ("retry" in sent) return sent;

    const { status, headers, text } = sent;
    const json = parseJson(text);
    const answer: Answer = { status, body: json ?? {}, problem: status >= 400 ? (json ?? {}) : {} };
    if (status === 401 && tokens.refuse(token) && mayRefresh)
      return tryOnce(call, options, read, limitMs - (clock.now() - startedAt), false);
    if (mayPass(status, answer.problem))
      return {
        retry: "status",
        text: `HTTP ${status}`,
        afterMs: retryAfterMs(headers.get("retry-after"), clock),
      };
    const fine = status >= 200 && status < 300;
    const said = fine || status === 409 ? read(answer) : undefined;
    if (said !== undefined) return { answer: said };
    if (fine) return { retry: "network", text: "the answer is none that a lock service gives" };
    throw problemError(status, answer.problem, call.name);
  }

  return {
    call: (call, options, read) =>
      withRetries(clock, retry, timeoutMs, options, (limitMs) => tryOnce(call, options, read, limitMs, true)),
    async open(call, signal) {
      for (let tries = 1; ; tries++) {
        const token = await tokenWithin(timeoutMs, { signal });
        if (typeof token !== "string") throw new Error(token.text);
        const response = await fetch(url + call.path, {
          method: "POST",
          headers: { ...headersOf(token, call), accept: "text/event-stream" },
          body: JSON.stringify(call.body),
          redirect: "manual",
          signal,
        });
        if (response.status !== 401 || !tokens.refuse(token) || tries > 1) return response;
        await response.body?.cancel();
      }
    },
    beacon(call) {
      const token = tokens.current;
      if (token === undefined) return false;
      try {
        fetch(url + call.path, {
          method: "POST",
          headers: headersOf(token, call),
          body: JSON.stringify(call.body),
          redirect: "manual",
          keepalive: true,
        }).catch(() => {});
        return true;
      } catch {
        return false;
      }
    },
  };
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
