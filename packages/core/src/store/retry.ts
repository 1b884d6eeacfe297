import { type Clock, chance, sleep } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import { elapsedMs, instant } from "../lease/deadline.ts";
import type { RetryReason, RunOptions } from "./store.ts";

export interface RetryPolicy {
  /** Tries after the first. Default 3. */
  readonly retries?: number;
  /** The first pause, in milliseconds; each further one is twice as long. Default 50. */
  readonly minDelayMs?: number;
  /** The longest pause, in milliseconds. Default 1,000. */
  readonly maxDelayMs?: number;
}

/** How one try went: an answer, or a failure that a further try may mend. */
export type TryOutcome<T> =
  | { readonly answer: T }
  | { readonly retry: RetryReason; readonly text: string; readonly afterMs?: number | undefined };

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
  const attemptMs = Math.min(timeoutMs, options.attemptMs ?? timeoutMs);

  for (let attempt = 1; ; attempt++) {
    const limitMs = Math.min(attemptMs, budgetMs - elapsedMs(clock, started));
    const outcome = await tryOnce(limitMs);
    if ("answer" in outcome) return outcome.answer;

    const backoffMs = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** (attempt - 1));
    const delayMs = Math.max(outcome.afterMs ?? 0, backoffMs * (0.5 + chance(clock) / 2));
    if (attempt > policy.retries || elapsedMs(clock, started) + delayMs >= budgetMs) {
      const tries = attempt === 1 ? "1 try" : `${attempt} tries`;
      throw new HoldfastError("unavailable", `the lock store did not answer (${tries}): ${outcome.text}.`);
    }
    options.onRetry?.({ attempt, delayMs, reason: outcome.retry });
    await sleep(clock, delayMs, options.signal, options.background);
  }
}
