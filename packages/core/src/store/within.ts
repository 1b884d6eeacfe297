import { backgroundTimer, type Clock, foregroundTimer } from "../clock.ts";
import type { TryFailure } from "./retry.ts";
import type { RunOptions } from "./store.ts";

/**
 * Runs one try for at most `limitMs`, after which it is a timeout. Settles in time whatever the work does with its
 * signal, and before that signal aborts: a client that then makes up an answer speaks to nobody.
 */
export function within<T>(
  clock: Clock,
  limitMs: number,
  { signal, background }: RunOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | TryFailure> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const controller = new AbortController();
    const finish = (settle: () => void) => {
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => {
      finish(() => reject(signal?.reason));
      controller.abort();
    };
    const timer = (background ? backgroundTimer : foregroundTimer)(
      clock,
      () => {
        finish(() => resolve({ retry: "timeout", text: `no answer within ${Math.round(limitMs)} ms` }));
        controller.abort();
      },
      limitMs,
    );
    signal?.addEventListener("abort", abort, { once: true });

    Promise.resolve()
      .then(() => work(controller.signal))
      .then(
        (value) => finish(() => resolve(value)),
        (error) => finish(() => reject(error)),
      );
  });
}
