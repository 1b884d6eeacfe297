import { type Clock, systemClock } from "@holdfast/core";

/** The platform's clock, which knows how many of its timers are still to come. */
export interface CountingClock extends Clock {
  readonly pending: number;
}

export function countingClock(): CountingClock {
  const pending = new Set<unknown>();
  return {
    ...systemClock,
    get pending() {
      return pending.size;
    },
    setTimeout: (fn, ms) => {
      const handle = systemClock.setTimeout(() => {
        pending.delete(handle);
        fn();
      }, ms);
      pending.add(handle);
      return handle;
    },
    clearTimeout: (handle) => {
      pending.delete(handle);
      systemClock.clearTimeout(handle);
    },
  };
}
