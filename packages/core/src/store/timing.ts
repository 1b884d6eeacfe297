import { checkKnown, checkMs } from "../check.ts";
import { type Clock, checkClock, MAX_TIMER_MS, systemClock } from "../clock.ts";
import { parseRetryPolicy, type RetryPolicy } from "./retry.ts";

/** How a store spends its time: the options that every store has. */
export interface StoreTiming {
  /** Time for one try. 1 to 2,147,483,647 ms; default 5,000. A short lease shortens it. */
  readonly timeoutMs?: number;
  /** What happens when a try fails for a reason that passes. Safe to repeat: see {@link Store}. */
  readonly retry?: RetryPolicy;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

const KNOWN = ["timeoutMs", "retry", "clock"];

/**
 * Fills in the defaults. `maker` is the public function that was called.
 *
 * @throws HoldfastError `invalid-argument` for an option that cannot work.
 */
export function parseStoreTiming(
  maker: string,
  options: StoreTiming,
): { timeoutMs: number; retry: Required<RetryPolicy>; clock: Clock } {
  const { timeoutMs = 5000, retry, clock = systemClock } = checkKnown(options, KNOWN, `${maker} option`);
  checkClock(clock);
  return {
    timeoutMs: checkMs("timeoutMs", timeoutMs, 1, MAX_TIMER_MS),
    retry: parseRetryPolicy(retry),
    clock,
  };
}
