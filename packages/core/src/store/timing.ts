import { checkKnown, checkMs } from "../check.ts";
import { type Clock, checkClock, MAX_TIMER_MS, systemClock } from "../clock.ts";
import { type AcksOptions, parseAcks } from "./acks.ts";
import { parseRetryPolicy, type RetryPolicy } from "./retry.ts";

/** How a store spends its time, and when it believes the server: the options that every store has. */
export interface StoreTiming {
  /** Time for one try. 1 to 2,147,483,647 ms; default 5,000. A short lease shortens it. */
  readonly timeoutMs?: number;
  /** What happens when a try fails for a reason that passes. Safe to repeat: see {@link Store}. */
  readonly retry?: RetryPolicy;
  /** How many replicas must have a grant before it counts. Default: none is asked for. See {@link AcksOptions}. */
  readonly acks?: AcksOptions;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

const KNOWN = ["timeoutMs", "retry", "acks", "clock"];

/**
 * Fills in the defaults. `maker` is the public function that was called.
 *
 * @throws HoldfastError `invalid-argument` for an option that cannot work.
 */
export function parseStoreTiming(
  maker: string,
  options: StoreTiming,
): {
  timeoutMs: number;
  retry: Required<RetryPolicy>;
  acks: Required<AcksOptions> | undefined;
  clock: Clock;
} {
  const {
    timeoutMs = 5000,
    retry,
    acks,
    clock = systemClock,
  } = checkKnown(options, KNOWN, `${maker} option`);
  checkClock(clock);
  checkMs("timeoutMs", timeoutMs, 1, MAX_TIMER_MS);
  return {
    timeoutMs,
    retry: parseRetryPolicy(retry),
    acks: parseAcks(acks, timeoutMs),
    clock,
  };
}
