import { sleep } from "../clock.ts";
import {
  attemptEnded,
  HoldfastError,
  invalid,
  LockTimeoutError,
  MissedLeaseError,
  UnacknowledgedError,
} from "../errors.ts";
import { elapsedMs, type Instant, instant, reliableMs, remainingOf } from "../lease/deadline.ts";
import { HeldLease, type LeaseTerms } from "../lease/held-lease.ts";
import { attemptMs } from "../lease/keeper.ts";
import type { Lease } from "../lease/lease.ts";
import { type Claim, mutex, type Wish } from "../lock/target.ts";
import { ASK_ANEW_MS, acquire } from "../wait/acquire.ts";
import { newClaim, token } from "./claim.ts";
import type { LocksContext } from "./context.ts";
import { DAY_MS, MAX_NAMES } from "./limits.ts";
import { checkName } from "./names.ts";
import type { ParsedOptions } from "./options.ts";

/** Sorted, so that everybody who waits for several names waits for them in the same order: nobody can wait in a circle. */
export function checkNames(names: unknown): string[] {
  if (!Array.isArray(names) || names.length === 0 || names.length > MAX_NAMES)
    throw invalid(`acquireAll needs an array of 1 to ${MAX_NAMES} names.`);
  for (const name of names) checkName(name);
  return [...new Set<string>(names)].sort();
}

/**
 * Asks for all names in one request, and gets all or none. If one of them is busy, takes them one after the other in
 * a fixed order, each in its turn, and joins the leases: a request for several names cannot be passed over for ever.
 * Names that do not live together are taken in this order from the first.
 */
export async function acquireAll(
  context: LocksContext,
  names: readonly string[],
  options: ParsedOptions,
): Promise<Lease> {
  const { clock } = context;
  const started = instant(clock);
  if (options.within !== undefined)
    throw invalid("acquireAll takes no within: a lease that is held already is of one name.");
  if (options.steal || options.onPlace !== undefined)
    throw invalid("acquireAll takes neither steal nor onPlace: they are of one name.");
  const leftMs = () => options.waitMs - elapsedMs(clock, started);
  const wait: Wait = { started, busy: undefined };
  for (;;) {
    try {
      return await takeAll(context, names, options, wait);
    } catch (error) {
      const again = error instanceof MissedLeaseError || goesOn(wait, error, options);
      if (!again) throw error;
      if (leftMs() <= 0) throw wait.busy ? timeout(names, wait.busy, options.waitMs - leftMs()) : error;
      await sleep(clock, Math.min(wait.busy?.retryInMs ?? ASK_ANEW_MS, leftMs()), options.signal);
    }
  }
}

interface Wait {
  readonly started: Instant;
  /** What those who ask again and again were told last. */
  busy: Blocked | undefined;
}

/** Whether a wait without a place goes on when one of its requests got no answer: under a name of its own it could not. */
function goesOn({ busy }: Wait, error: unknown, { attemptId }: ParsedOptions): boolean {
  return (
    busy?.retryInMs !== undefined &&
    attemptId === undefined &&
    error instanceof HoldfastError &&
    error.code === "unavailable" &&
    !(error instanceof UnacknowledgedError)
  );
}

function timeout(names: readonly string[], busy: Blocked, waitedMs: number): LockTimeoutError {
  return new LockTimeoutError(names[busy.blocked] ?? "", { ...busy, waitedMs, position: 0 });
}

async function takeAll(
  context: LocksContext,
  names: readonly string[],
  options: ParsedOptions,
  wait: Wait,
): Promise<Lease> {
  const { clock } = context;
  const { started } = wait;
  options.signal?.throwIfAborted();
  // One claim for all, so that a first request which is executed late finds itself, and so does a repetition.
  const claim = newClaim(clock, options.attemptId);
  const leftMs = () => options.waitMs - elapsedMs(clock, started);
  let undo = () => {};
  try {
    for (;;) {
      const atOnce = await askForAll(context, names, claim, options, leftMs());
      if (atOnce === "apart") return inTurn(context, names, claim, options, started);
      if (atOnce instanceof HeldLease) return kept(context, atOnce, options, elapsedMs(clock, started));
      undo = atOnce.undo;
      wait.busy = atOnce;
      if (leftMs() <= 0) throw timeout(names, atOnce, options.waitMs - leftMs());
      if (atOnce.retryInMs === undefined) return inTurn(context, names, claim, options, started);
      await sleep(clock, Math.min(atOnce.retryInMs, leftMs()), options.signal);
    }
  } catch (error) {
    undo();
    throw error;
  }
}

interface Blocked {
  readonly blocked: number;
  readonly freeInMs: number;
  readonly heldForMs: number;
  /** Without it, the names have queues to wait in. */
  readonly retryInMs?: number;
  /** Takes back what may be left, if the names are not asked for again. */
  undo(): void;
}

async function askForAll(
  context: LocksContext,
  names: readonly string[],
  claim: Claim,
  options: ParsedOptions,
  leftMs: number,
): Promise<HeldLease | Blocked | "apart"> {
  const { clock, commands, keeper, sightings, channel } = context;
  const { ttlMs, metadataJson, lockDelayMs, claimMs, signal } = options;
  const targets = names.map(mutex);
  const wish: Wish = {
    ttlMs,
    metadata: metadataJson,
    lockDelayMs,
    claimMs,
    placeMs: 0,
    channel,
    nonce: token(clock),
  };
  const started = instant(clock);
  let sentAt = started;
  let sent = 0;
  const undo = () => void keeper.later(ttlMs, (run) => commands.takeBack(targets, claim, wish, run));
  try {
    const onSend = () => {
      sentAt = instant(clock);
      sent++;
    };
    const reply = await commands.acquireAll(names, claim, wish, {
      signal,
      budgetMs: options.waitMs > 0 ? Math.min(leftMs, ttlMs) : ttlMs,
      attemptMs: attemptMs(ttlMs),
      onSend,
    });
    if (reply.status === "apart") return reply.status;
    if (reply.status === "ended") throw attemptEnded(names[0] ?? "", options.attemptId);
    sightings.note(sentAt, reply.serverNow);
    if (reply.status === "held") {
      return { ...reply, undo: sent > 1 || reply.unsettled ? undo : () => {} };
    }
    const deadline = { from: sentAt, ms: reliableMs(Math.min(reply.remainingMs, ttlMs)) };
    if (remainingOf(clock, deadline) <= 0)
      throw new HoldfastError(
        "unavailable",
        "the lease was over before the answer arrived; use a longer ttlMs.",
      );
    const owned = { attempt: claim.attempt, owner: reply.owner };
    return new HeldLease(keeper, termsOf(names, owned, reply.fences, options, started), deadline, true);
  } catch (error) {
    if (sent > 0) undo();
    throw error;
  }
}

/** Waits for one name after the other under one claim, keeping those it has, and makes one lease of them. */
async function inTurn(
  context: LocksContext,
  names: readonly string[],
  given: Claim,
  options: ParsedOptions,
  started: Instant,
): Promise<Lease> {
  const { clock, keeper } = context;
  const leases: HeldLease[] = [];
  let claim = given;
  try {
    for (const name of names) {
      const leftMs = Math.max(options.waitMs - elapsedMs(clock, started), 1);
      const waitMs = options.waitMs === 0 ? 0 : leftMs;
      const maxHoldMs = Math.min(leftMs, DAY_MS) + options.ttlMs;
      const lease = await acquire(context, mutex(name), { ...options, waitMs, maxHoldMs }, true, claim);
      leases.push(lease);
      // A repetition by `attemptId` finds the owner of the first time.
      claim = lease.claim;
    }
    for (const lease of leases) lease.checkHeld();
    const fences = leases.map((lease) => lease.fence);
    const deadline = { from: instant(clock), ms: Math.min(...leases.map((lease) => lease.budgetMs())) };
    for (const lease of leases) lease.handOver();
    const joined = new HeldLease(keeper, termsOf(names, claim, fences, options, started), deadline, true);
    leases.splice(0, leases.length, joined);
    await joined.extend();
    return kept(context, joined, options, elapsedMs(clock, started));
  } catch (error) {
    await Promise.allSettled(leases.map((lease) => lease.release()));
    throw error;
  }
}

function termsOf(
  names: readonly string[],
  claim: Claim,
  fences: readonly number[],
  { metadata, ttlMs }: ParsedOptions,
  started: Instant,
): LeaseTerms {
  const acquiredAt = Math.floor(started.wall);
  return { names, kind: "mutex", weight: 1, mode: "exclusive", claim, fences, metadata, ttlMs, acquiredAt };
}

function kept(
  { emit, keeper }: LocksContext,
  lease: HeldLease,
  { maxHoldMs }: ParsedOptions,
  durationMs: number,
): HeldLease {
  if (maxHoldMs > 0) keeper.renewer.add(lease, maxHoldMs, "max-hold");
  const { name, mode, fence, ttlMs } = lease;
  emit?.({ type: "acquired", name, mode, fence, ttlMs, durationMs });
  return lease;
}
