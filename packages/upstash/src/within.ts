import type { Clock, RunOptions } from "@holdfast/core";

/** What `within` gives when the time is over. */
export const OUT_OF_TIME: unique symbol = Symbol("out of time");

/**
 * Runs `work` for at most `limitMs`. Settles in time whatever the work does with its signal, and before that signal
 * aborts: a client that then makes up an answer speaks to nobody.
 */
export function within<T>(
  clock: Clock,
  limitMs: number,
  { signal, background }: RunOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | typeof OUT_OF_TIME> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const controller = new AbortController();
    const finish = (settle: () => void) => {
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      settle();
    };
    const stop = () => {
      finish(() => reject(signal?.reason));
      controller.abort();
    };
    const timer = clock.setTimeout(
      () => {
        finish(() => resolve(OUT_OF_TIME));
        controller.abort();
      },
      Math.max(limitMs, 0),
    );
    if (background) (timer as { unref?: () => void } | undefined)?.unref?.();
    signal?.addEventListener("abort", stop, { once: true });

    work(controller.signal).then(
      (value) => finish(() => resolve(value)),
      (error) => finish(() => reject(error)),
    );
  });
}
