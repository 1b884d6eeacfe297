import { type Clock, systemClock } from "@holdfast/core";

/**
 * A clock by which nobody looks at a latch that has 100 left: those timers, of 1.5 to 2.5 seconds, never fire. What
 * ends a wait is then what it was told.
 */
export function withoutLooks(): Clock {
  return {
    ...systemClock,
    setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms >= 1500 && ms <= 2500 ? 60_000 : ms),
  };
}
