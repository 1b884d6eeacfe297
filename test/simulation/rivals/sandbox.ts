import { type Context, createContext, runInContext, type Script } from "node:vm";
import type { SimulatedClient } from "@holdfast/testing/simulation";

/** Node's `fetch` waits so long for the head of a response. Code that sets no limit of its own has this one. */
export const PLATFORM_TIMEOUT_MS = 300_000;

/**
 * Runs a script as the program of one simulated client: the globals through which it reads time, draws chance or
 * reaches the network are the client's, so that nothing in it depends on real time.
 *
 * @returns the script's value.
 */
export function runAsClient<T>(script: Script, client: SimulatedClient): T {
  const context = createContext({ ...platform(), ...clientGlobals(client) });
  replaceBuiltIns(context, client);
  return script.runInContext(context) as T;
}

/** What computes only, and is the same everywhere. */
function platform(): object {
  return {
    AbortController,
    Blob,
    DOMException,
    Event,
    EventTarget,
    Headers,
    ReadableStream,
    Request,
    Response,
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
    atob,
    btoa,
    console,
    queueMicrotask,
    structuredClone,
  };
}

function clientGlobals({ clock, fetch }: SimulatedClient): object {
  // Timers of the platform count whole milliseconds, from 1.
  const whole = (ms: unknown) => Math.max(Math.trunc(Number(ms)) || 0, 1);
  const intervals = new Map<unknown, unknown>();
  const setTimeout = (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
    clock.setTimeout(() => fn(...args), whole(ms));
  const setInterval = (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const again = () => {
      intervals.set(first, clock.setTimeout(again, whole(ms)));
      fn(...args);
    };
    const first = clock.setTimeout(again, whole(ms));
    intervals.set(first, first);
    return first;
  };
  const clearTimer = (handle: unknown) => {
    clock.clearTimeout(intervals.get(handle) ?? handle);
    intervals.delete(handle);
  };
  const timeout = (ms: number) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("signal timed out", "TimeoutError")), ms);
    return controller.signal;
  };
  return {
    setTimeout,
    setInterval,
    clearTimeout: clearTimer,
    clearInterval: clearTimer,
    performance: { now: clock.now },
    // Its own `timeout` would read the real clock.
    AbortSignal: {
      timeout,
      any: AbortSignal.any.bind(AbortSignal),
      abort: AbortSignal.abort.bind(AbortSignal),
    },
    crypto: cryptoOf(clock.randomBytes),
    fetch: withPlatformTimeout(fetch, clock),
  };
}

function cryptoOf(randomBytes: (length: number) => Uint8Array): object {
  return {
    getRandomValues<T extends ArrayBufferView>(view: T): T {
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(randomBytes(view.byteLength));
      return view;
    },
    randomUUID() {
      const bytes = randomBytes(16);
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      const hex = Buffer.from(bytes).toString("hex");
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
  };
}

function withPlatformTimeout(fetch: typeof globalThis.fetch, clock: SimulatedClient["clock"]) {
  return (input: RequestInfo | URL, init?: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      const timer = clock.setTimeout(() => reject(new TypeError("fetch failed")), PLATFORM_TIMEOUT_MS);
      const settled = () => clock.clearTimeout(timer);
      fetch(input, init).then(resolve, reject).finally(settled);
    });
}

/** `Date` and `Math.random` are part of the language: a context has its own, real ones. */
function replaceBuiltIns(context: Context, { clock }: SimulatedClient): void {
  const replace = runInContext(
    `(wall, random) => {
      Math.random = random;
      globalThis.Date = new Proxy(Date, {
        apply: (date) => new date(wall()).toString(),
        construct: (date, args, target) => Reflect.construct(date, args.length > 0 ? args : [wall()], target),
        get: (date, key, receiver) => (key === "now" ? wall : Reflect.get(date, key, receiver)),
      });
    }`,
    context,
  ) as (wall: () => number, random: () => number) => void;
  replace(clock.wall, () => new DataView(clock.randomBytes(4).buffer).getUint32(0) / 2 ** 32);
}
