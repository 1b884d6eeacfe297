import { type Clock, systemClock } from "@holdfast/core";

/**
 * A clock by which nobody looks at a latch that has 100 left: those timers, of 1.2 to 2 seconds, never fire. What
 * ends a wait is then what it was told.
 */
export function withoutLooks(): Clock {
  return {
    ...systemClock,
    setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms >= 1200 && ms < 2000 ? 60_000 : ms),
  };
}
