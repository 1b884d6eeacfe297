import { checkKnown, checkMs, checkWhole } from "../check.ts";
import { type Clock, chance, MAX_TIMER_MS, sleep } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import { elapsedMs, type Instant, instant } from "../lease/deadline.ts";
import type { RetryReason, RunOptions } from "./store.ts";

export interface RetryPolicy {
  /** Tries after the first. Default 3. */
  readonly retries?: number;
  /** The first pause, in milliseconds; each further one is twice as long. Default 50. */
  readonly minDelayMs?: number;
  /** The longest pause, in milliseconds. Default 1,000. */
  readonly maxDelayMs?: number;
}

/** @throws HoldfastError `invalid-argument` for a policy that cannot work. */
export function parseRetryPolicy(policy: RetryPolicy = {}): Required<RetryPolicy> {
  const {
    retries = 3,
    minDelayMs = 50,
    maxDelayMs = 1000,
  } = checkKnown(policy, ["retries", "minDelayMs", "maxDelayMs"], "retry option");
  return {
    retries: checkWhole("retry.retries", retries, 0, 1000),
    minDelayMs: checkMs("retry.minDelayMs", minDelayMs, 0, MAX_TIMER_MS),
    maxDelayMs: checkMs("retry.maxDelayMs", maxDelayMs, 0, MAX_TIMER_MS),
  };
}

/** How one try went: an answer, or a failure that a further try may mend. */
export type TryOutcome<T> = { readonly answer: T } | TryFailure;

/** Why a try failed, and how long to wait with the next one if the server said so. */
export interface TryFailure {
  readonly retry: RetryReason;
  readonly text: string;
  readonly afterMs?: number | undefined;
}

/** The same options later on: what has passed since `from` is off the budget. */
export function spent(clock: Clock, from: Instant, options: RunOptions): RunOptions {
  return options.budgetMs === undefined
    ? options
    : { ...options, budgetMs: options.budgetMs - elapsedMs(clock, from) };
}

/**
 * Tries until there is an answer, the policy is exhausted or the budget is spent. Pauses grow exponentially
 * with full jitter below half ("equal jitter", AWS Architecture Blog, 2015); a server's Retry-After is kept.
 */
export async function withRetries<T>(
  clock: Clock,
  policy: Required<RetryPolicy>,
  timeoutMs: number,
  options: RunOptions,
  tryOnce: (limitMs: number) => Promise<TryOutcome<T>>,
): Promise<T> {
  const started = instant(clock);
  const budgetMs = options.budgetMs ?? Number.POSITIVE_INFINITY;
  /** A caller who set no limit does not mean to sleep for as long as a server likes. */
  const longestPauseMs = Number.isFinite(budgetMs) ? budgetMs : Math.max(timeoutMs, policy.maxDelayMs);
  const attemptMs = Math.min(timeoutMs, options.attemptMs ?? timeoutMs);

  for (let attempt = 1; ; attempt++) {
    const limitMs = Math.min(attemptMs, budgetMs - elapsedMs(clock, started));
    if (limitMs <= 0) throw new HoldfastError("unavailable", "the lock store did not answer in time.");
    const outcome = await tryOnce(limitMs);
    if ("answer" in outcome) return outcome.answer;

    const backoffMs = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** (attempt - 1));
    const delayMs = Math.max(outcome.afterMs ?? 0, backoffMs * (0.5 + chance(clock) / 2));
    const inTime = delayMs <= longestPauseMs && elapsedMs(clock, started) + delayMs < budgetMs;
    if (attempt > policy.retries || !inTime || options.retryWhile?.(attempt) === false) {
      const tries = attempt === 1 ? "1 try" : `${attempt} tries`;
      throw new HoldfastError("unavailable", `the lock store did not answer (${tries}): ${outcome.text}.`);
    }
    options.onRetry?.({ attempt, delayMs, reason: outcome.retry });
    await sleep(clock, delayMs, options.signal, options.background);
  }
}
