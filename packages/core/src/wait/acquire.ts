import { sleep } from "../clock.ts";
import { HoldfastError, LockTimeoutError, MissedLeaseError } from "../errors.ts";
import { elapsedMs, instant } from "../lease/deadline.ts";
import { HeldLease } from "../lease/held-lease.ts";
import type { Claim, Target } from "../lock/target.ts";
import { newClaim } from "../locks/claim.ts";
import type { ParsedOptions } from "../locks/options.ts";
import { createAttempt } from "./attempt.ts";
import { createInbox } from "./inbox.ts";
import { type AcquireContext, askOnce, type Grant, takeTurn, timeout, type Wait } from "./turn.ts";

export type { AcquireContext } from "./turn.ts";

/** Before asking anew for a lease that was missed, so that a server which says so of every lease is not flooded. */
export const ASK_ANEW_MS = 50;

/** Waits for the target and takes it, or gives `null` at once if `waits` is false and it is not free. */
export async function acquire(
  context: AcquireContext,
  target: Target,
  options: ParsedOptions,
  waits: false,
  claim?: Claim,
): Promise<HeldLease | null>;
export async function acquire(
  context: AcquireContext,
  target: Target,
  options: ParsedOptions,
  waits: true,
  claim?: Claim,
): Promise<HeldLease>;
export async function acquire(
  context: AcquireContext,
  target: Target,
  options: ParsedOptions,
  waits: boolean,
  given?: Claim,
): Promise<HeldLease | null> {
  const { clock, emit, local, wakeUps } = context;
  const { name } = target;
  options.signal?.throwIfAborted();
  const started = instant(clock);
  const attempt = createAttempt(context, target, options, given ?? newClaim(clock, options.attemptId));
  const inbox = createInbox(clock);
  const waitedMs = () => elapsedMs(clock, started);
  const leftMs = () => options.waitMs - waitedMs();
  const wait: Wait = { attempt, inbox, options, waitedMs, leftMs, busy: undefined };

  const others = local.get(name) ?? 0;
  local.set(name, others + 1);
  const leaveLocal = () => {
    const left = (local.get(name) ?? 1) - 1;
    if (left > 0) local.set(name, left);
    else local.delete(name);
  };
  const unlisten = wakeUps.listen(attempt.nonce, inbox.put);
  const waited = (outcome: "granted" | "timeout" | "aborted" | "failed") => {
    if (wait.busy)
      emit?.({
        type: "waited",
        name,
        outcome,
        durationMs: waitedMs(),
        requests: attempt.requests,
      });
  };
  try {
    const grant =
      waits && options.waitMs > 0 && !options.steal
        ? await takeTurn(context, wait, others > 0)
        : await askOnce(context, wait, waits);
    if (grant) {
      waited("granted");
      if (target.mode === "shared") leaveLocal();
      const onEnd = target.mode === "shared" ? () => {} : leaveLocal;
      return hold(context, wait, grant, waitedMs(), started.wall, onEnd);
    }
    leaveLocal();
    attempt.takeBack();
    return null;
  } catch (error) {
    leaveLocal();
    attempt.takeBack();
    if (options.signal?.aborted && error === options.signal.reason) {
      waited("aborted");
      throw error;
    }
    // Missed, as by a process that was frozen for longer than the lease: ask anew.
    if (error instanceof MissedLeaseError && waits && !given && leftMs() > 0) {
      await sleep(clock, ASK_ANEW_MS, options.signal);
      const waitMs = Number.isFinite(options.waitMs) ? Math.max(Math.ceil(leftMs()), 0) : options.waitMs;
      return acquire(context, target, { ...options, waitMs }, true);
    }
    // The last look was cut short by the end of the wait. What is known is that the name was held.
    const late = wait.busy && leftMs() <= 0 && error instanceof HoldfastError && error.code === "unavailable";
    const told = late ? timeout(wait) : error;
    waited(told instanceof LockTimeoutError ? "timeout" : "failed");
    throw told;
  } finally {
    unlisten();
  }
}

function hold(
  context: AcquireContext,
  wait: Wait,
  grant: Grant,
  durationMs: number,
  wallMs: number,
  onEnd: () => void,
): HeldLease {
  const { emit, keeper } = context;
  const { attempt, options } = wait;
  const { ttlMs, metadata, maxHoldMs } = options;
  const { name, kind, weight, mode } = attempt.target;
  const claim = { attempt: attempt.claim.attempt, owner: grant.owner };
  const terms = {
    names: [name],
    kind,
    weight,
    mode,
    claim,
    fences: [grant.fence],
    metadata,
    ttlMs,
    acquiredAt: Math.floor(wallMs),
  };
  const lease = new HeldLease(keeper, terms, grant.deadline, true);
  lease.onEnd(onEnd);
  if (maxHoldMs > 0) keeper.renewer.add(lease, maxHoldMs, "max-hold");
  // The grant of a wake-up lasts a claim window. One renewal makes it last its TTL; a short section ends before that.
  else if (grant.windowed) keeper.renewer.confirm(lease);
  emit?.({ type: "acquired", name, mode, fence: grant.fence, ttlMs, durationMs });
  return lease;
}
