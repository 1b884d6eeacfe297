import { type AcquireOptions, HoldfastError, type Lease } from "@holdfast/core";
import { chance, sleep } from "@holdfast/core/commands";
import type { BeginReply } from "../commands.ts";
import type { Context } from "../context.ts";
import { runAttempt } from "./attempt.ts";
import { createAsker } from "./begin.ts";
import type { Attempt, Ending, Plan } from "./plan.ts";

type Reply<State> = Extract<BeginReply, { state: State }>;
/** What a lease found out that did not get to run. */
type Refused = Reply<"succeeded" | "running" | "too-soon" | "exhausted" | "stale" | "mismatch" | "busy">;

/** A server whose clock was set back refuses a lease or two at most. */
const MOST_STALE = 3;
const SHORTEST_WAIT_MS = 500;
/** How often a run under another lock is looked after. */
const LOOK_MS = 1000;

/**
 * Does what is planned once: takes the lock, has the store say whether there is something to do, and runs the function; or
 * finds out why not, and waits if the plan says so.
 */
export async function perform<T>(
  context: Context,
  plan: Plan,
  fn: (run: Attempt) => T | Promise<T>,
): Promise<Ending<T>> {
  const { clock, locks } = context;
  const { lockName, signal, waits } = plan;
  const asker = createAsker(context, plan);
  const until = clock.now() + plan.waitMs;
  const leftMs = () => Math.max(Math.floor(until - clock.now()), 0);
  const terms: AcquireOptions = {
    ttlMs: plan.ttlMs,
    renew: { maxHoldMs: plan.lockAtMostForMs },
    ...(signal && { signal }),
    ...("job" in plan.task && { metadata: { occurrence: plan.task.occurrence } }),
  };
  let waitedForRun = false;

  /** Asks why there is no lease, and waits for one if that is of use. */
  async function without(): Promise<Ending<T> | Lease> {
    const reply = await asker.why(false);
    if (reply.state !== "running" && reply.state !== "busy") return refusal(reply);
    waitedForRun ||= reply.state === "running";
    if (reply.state === "running" ? !waits.running : !waits.busy)
      return { state: reply.state, timeout: undefined };
    try {
      // A wait that a request may take longer than would end as unavailable; 0 asks once, and takes the time for it.
      const waitMs = leftMs();
      return await locks.acquire(lockName, { ...terms, waitMs: waitMs < SHORTEST_WAIT_MS ? 0 : waitMs });
    } catch (error) {
      if ((error as { code?: string }).code !== "timeout") throw error;
      const last = await asker.why(true);
      return last.state === "running" || last.state === "busy"
        ? { state: last.state, timeout: error }
        : refusal(last);
    }
  }

  async function under(lease: Lease): Promise<Ending<T> | Refused> {
    const endsMs = clock.now() + plan.lockAtMostForMs;
    for (let round = 1; ; round++) {
      const reply = await asker.begin(lease, round);
      if (reply.state !== "began") return reply;
      if (reply.previousAt !== null) plan.onPrevious?.(reply.previousAt);
      const { attempt } = reply;
      const ending = await runAttempt(context, plan, { lease, round, attempt }, fn);
      const pauseMs = pauseAfter(plan, round, chance(clock));
      const again =
        ending.state === "failed" && ending.attemptsLeft > 0 && clock.now() + pauseMs < endsMs && live(lease);
      if (!again) return ending;
      await sleep(clock, pauseMs, lease.signal).catch(() => {});
      if (!live(lease)) return ending;
    }
  }

  function live(lease: Lease): boolean {
    return !lease.signal.aborted && !signal?.aborted;
  }

  function refusal(reply: BeginReply): Ending<T> {
    if (reply.state === "succeeded") return { ...reply, waited: waitedForRun };
    if (reply.state === "too-soon" || reply.state === "exhausted") return reply;
    if (reply.state === "mismatch")
      throw new HoldfastError(
        "kind-mismatch",
        `${lockName} was used for something else: its fingerprint differs.`,
      );
    throw new HoldfastError("unavailable", "the store did not say what is known of the task.");
  }

  let lease = await locks.tryAcquire(lockName, terms);
  for (let stale = 0; ; ) {
    if (!lease) {
      const found = await without();
      if ("state" in found) return found;
      lease = found;
    }
    let found: Ending<T> | Refused;
    try {
      found = await under(lease);
    } finally {
      await lease.release().catch(() => {});
    }
    lease = null;
    if (found.state === "stale" && ++stale < MOST_STALE) {
      lease = await locks.tryAcquire(lockName, terms);
    } else if (found.state === "running" && !("timeout" in found)) {
      // Under the other lock: some callers of this job let occurrences overlap, and others do not.
      waitedForRun = true;
      if (!waits.running || leftMs() === 0) return { state: "running", timeout: undefined };
      await sleep(clock, Math.min(LOOK_MS, leftMs()), signal);
      lease = await locks.tryAcquire(lockName, terms);
    } else if (found.state === "too-soon" && waits.busy && leftMs() > 0) {
      await sleep(clock, Math.min(found.retryAfterMs, leftMs()), signal);
      lease = await locks.tryAcquire(lockName, terms);
    } else return isEnding(found) ? found : refusal(found);
  }
}

function isEnding<T>(found: Ending<T> | Refused): found is Ending<T> {
  return found.state === "ran" || found.state === "failed";
}

function pauseAfter({ backoff }: Plan, round: number, jitter: number): number {
  if (!backoff) return Number.POSITIVE_INFINITY;
  const { firstMs, factor, maxMs } = backoff;
  return Math.min(firstMs * factor ** (round - 1), maxMs) * (0.75 + jitter / 2);
}
