import { type Clock, MAX_TIMER_MS } from "../clock.ts";
import type { WakeUp } from "./wake-ups.ts";

/** The wake-ups of one waiter, in the order of arrival. */
export interface Inbox {
  put(wakeUp: WakeUp): void;
  /** The next wake-up, or undefined after `ms`. Rejects with the signal's reason. */
  next(ms: number, signal: AbortSignal | undefined): Promise<WakeUp | undefined>;
}

export function createInbox(clock: Clock): Inbox {
  const waiting: WakeUp[] = [];
  let arrived = () => {};

  return {
    put(wakeUp) {
      waiting.push(wakeUp);
      arrived();
    },
    next: (ms, signal) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          clock.clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
          arrived = () => {};
          settle();
        };
        const abort = () => finish(() => reject(signal?.reason));
        const timer = clock.setTimeout(
          () => finish(() => resolve(undefined)),
          Math.min(Math.max(Math.ceil(ms), 0), MAX_TIMER_MS),
        );
        signal?.addEventListener("abort", abort, { once: true });
        arrived = () => finish(() => resolve(waiting.shift()));
        if (signal?.aborted) abort();
        else if (waiting.length > 0) arrived();
      }),
  };
}
