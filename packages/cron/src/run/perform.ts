import { type AcquireOptions, HoldfastError, type Lease } from "@holdfast/core";
import { chance, sleep, token } from "@holdfast/core/commands";
import type { BeginReply } from "../commands.ts";
import type { Context } from "../context.ts";
import { runAttempt } from "./attempt.ts";
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
  const id = token(clock);
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
    const reply = await ask(0, 1, { running: !waits.running, busy: !waits.busy });
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
      const last = await ask(0, 1, { running: true, busy: true });
      return last.state === "running" || last.state === "busy"
        ? { state: last.state, timeout: error }
        : refusal(last);
    }
  }

  async function ask(fence: number, round: number, ends: { running: boolean; busy: boolean }, lease?: Lease) {
    const { task, lock, attempts, lockAtMostForMs, lockAtLeastForMs, keepForMs } = plan;
    const { schedule, timeZone, metadata, fingerprint, scheduledAt = null } = plan;
    const held = fence === 0 && (lock === "task" || (await heldForThis()));
    const { host } = context;
    const limits = { attempts, lockAtMostForMs, lockAtLeastForMs, keepForMs };
    const what = { scheduledAt, schedule, timeZone, host, metadata, fingerprint };
    return context.commands.begin(
      { task, fence, round, lock, ...limits, ...what, id, held, ends },
      { signal: lease ? lease.signal : signal },
    );
  }

  /** Whether the job's lock is held for this very occurrence, whose begin may still be on its way. */
  async function heldForThis(): Promise<boolean> {
    const { holders } = await locks.inspect(lockName);
    const occurrence = (holders[0]?.metadata as { occurrence?: unknown } | null | undefined)?.occurrence;
    return "job" in plan.task && occurrence === plan.task.occurrence;
  }

  async function under(lease: Lease): Promise<Ending<T> | Refused> {
    const endsMs = clock.now() + plan.lockAtMostForMs;
    for (let round = 1; ; round++) {
      const reply = await begin(lease, round);
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

  async function begin(lease: Lease, round: number): Promise<BeginReply> {
    try {
      const reply = await ask(lease.fence, round, { running: !waits.running, busy: !waits.busy }, lease);
      if (reply.state === "began" && !live(lease))
        throw signal?.aborted ? signal.reason : lease.signal.reason;
      return reply;
    } catch (error) {
      // It may have been begun all the same, and would count as an attempt that nobody made.
      context.background(withdraw(context, plan, lease.fence, round));
      throw error;
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

const WITHDRAWALS = 5;

async function withdraw({ commands, clock, host }: Context, plan: Plan, fence: number, round: number) {
  const { task, keepForMs, lockAtMostForMs, metadata } = plan;
  const nothing = { result: null, remembered: true, error: null };
  const ask = { task, fence, round, state: "withdrawn" as const, ...nothing, keepForMs, lockAtMostForMs };
  for (let tries = 1; ; tries++) {
    try {
      return await commands.finish({ ...ask, host, metadata }, { background: true });
    } catch (error) {
      if (tries === WITHDRAWALS) throw error;
    }
    await sleep(clock, 1000 * 2 ** tries, undefined, true);
  }
}

function pauseAfter({ backoff }: Plan, round: number, jitter: number): number {
  if (!backoff) return Number.POSITIVE_INFINITY;
  const { firstMs, factor, maxMs } = backoff;
  return Math.min(firstMs * factor ** (round - 1), maxMs) * (0.75 + jitter / 2);
}
