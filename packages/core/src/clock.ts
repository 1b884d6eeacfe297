import { invalid } from "./errors.ts";

/**
 * Time and chance, taken from outside so that tests and simulations can turn them by hand.
 * The default reads the platform: `performance`, `Date`, timers and `crypto.getRandomValues`.
 */
export interface Clock {
  /** Milliseconds that only grow; may be fractional. */
  now(): number;
  /** Milliseconds since the Unix epoch; may jump. */
  wall(): number;
  /** Runs `fn` once after `ms` milliseconds (0 to 2,147,483,647). */
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Unguessable bytes: owner tokens are made of them. */
  randomBytes(length: number): Uint8Array;
}

/** The platform's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** @throws HoldfastError `invalid-argument` unless it is a whole clock. */
export function checkClock(clock: Clock): void {
  for (const part of ["now", "wall", "setTimeout", "clearTimeout", "randomBytes"] as const)
    if (typeof clock?.[part] !== "function")
      throw invalid(`clock must have a function ${part}(); see the type Clock.`);
}

/** The longest delay that timers take everywhere; more would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/**
 * A timer that somebody waits for. Whole milliseconds, as timers count: one that fires a hair early finds that it has to
 * be set again, and under a clock that does not move meanwhile for ever.
 */
export function foregroundTimer(clock: Clock, fn: () => void, ms: number): unknown {
  return clock.setTimeout(fn, Math.min(Math.max(Math.ceil(ms), 0), MAX_TIMER_MS));
}

/** A timer that does not keep a Node process alive. */
export function backgroundTimer(clock: Clock, fn: () => void, ms: number): unknown {
  const handle = foregroundTimer(clock, fn, ms);
  (handle as { unref?: () => void } | undefined)?.unref?.();
  return handle;
}

/** Waits `ms` milliseconds, or rejects with the signal's reason. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal, background = false): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clock.clearTimeout(handle);
      reject(signal?.reason);
    };
    const handle = (background ? backgroundTimer : foregroundTimer)(
      clock,
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      ms,
    );
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * What the work gives, or `undefined` when it takes longer than `ms` milliseconds; rejects with the signal's reason. The work
 * goes on.
 */
export async function atMost<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const limit = sleep(clock, ms, stop.signal);
  try {
    return (await Promise.race([work, limit])) as T | undefined;
  } finally {
    signal?.removeEventListener("abort", abort);
    limit.catch(() => {});
    stop.abort();
  }
}

/** A number in [0, 1) for jitter. */
export function chance(clock: Clock): number {
  const [high = 0, low = 0] = clock.randomBytes(2);
  return (high * 256 + low) / 65_536;
}
