import { type Clock, sleep } from "../clock.ts";
import { HoldfastError, LockTimeoutError } from "../errors.ts";
import { type Deadline, elapsedMs, instant, reliableMs, remainingOf } from "../lease/deadline.ts";
import { HeldLease } from "../lease/lease.ts";
import type { Manner } from "../lock/lease-commands.ts";
import type { Busy } from "../lock/replies.ts";
import type { Claim, Target } from "../lock/target.ts";
import { newClaim } from "../locks/claim.ts";
import type { ParsedOptions } from "../locks/options.ts";
import { type Attempt, type AttemptContext, createAttempt } from "./attempt.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { pollingPace, wokenPace } from "./pace.ts";
import type { WakeUps } from "./wake-ups.ts";

export interface AcquireContext extends AttemptContext {
  readonly wakeUps: WakeUps;
  /** How many waits this client has for a name, and exclusive leases of it. */
  readonly local: Map<string, number>;
}

/** How long queueing is put off for a stream that is being opened. If it comes later, the waiter looks meanwhile. */
const STREAM_GRACE_MS = 500;
/** What a wait sends that begins with a look, and one more for the stream. */
const LOOK_QUEUE_AND_LEAVE = 4;

/** What a grant amounts to. `windowed`: it lasts a claim window and has to be confirmed to last the whole TTL. */
interface Grant {
  readonly fence: number;
  readonly owner: string;
  readonly deadline: Deadline;
  readonly windowed: boolean;
}

interface Wait {
  readonly attempt: Attempt;
  readonly inbox: Inbox;
  readonly options: ParsedOptions;
  /** Milliseconds that are left of `waitMs`. */
  leftMs(): number;
  /** The last answer, once the name was found busy. */
  busy: (Busy & { position: number }) | undefined;
}

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
  const leftMs = () => options.waitMs - elapsedMs(clock, started);
  const wait: Wait = { attempt, inbox, options, leftMs, busy: undefined };

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
        durationMs: elapsedMs(clock, started),
        requests: attempt.requests,
      });
  };
  try {
    const grant =
      waits && options.waitMs > 0
        ? await takeTurn(context, wait, others > 0)
        : await askOnce(context, wait, waits);
    if (grant) {
      waited("granted");
      if (target.mode === "shared") leaveLocal();
      const onEnd = target.mode === "shared" ? () => {} : leaveLocal;
      return hold(context, wait, grant, elapsedMs(clock, started), started.wall, onEnd);
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
    if (missedTurn(wait, error) && !given) {
      const waitMs = Number.isFinite(options.waitMs) ? Math.ceil(leftMs()) : options.waitMs;
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

/** The turn came and passed unheard, as when the process was frozen for longer than a claim window: queue again. */
function missedTurn({ busy, options, leftMs }: Wait, error: unknown): boolean {
  const ended = error instanceof HoldfastError && error.code === "attempt-ended";
  return ended && busy !== undefined && options.attemptId === undefined && leftMs() > 0;
}

/** One request. `null` when the name is not free, or the error that a caller with `waitMs: 0` gets. */
async function askOnce(context: AcquireContext, wait: Wait, waits: boolean): Promise<Grant | null> {
  const grant = await ask(context, wait, wait.options.fair ? "try" : "barge-try", wait.options.ttlMs);
  if (!grant && waits) throw timeout(wait);
  return grant;
}

/** Takes a place in the queue, unless the first look finds the name free, and waits for the grant. */
async function takeTurn(context: AcquireContext, wait: Wait, contended: boolean): Promise<Grant> {
  const { clock, wakeUps } = context;
  const { inbox, options } = wait;
  const { signal } = options;
  const polling = pollingPace(clock, options.claimMs);
  const woken = wokenPace(clock);
  // A free name should cost one request, and a queued waiter must not miss its wake-up: so look first, and listen
  // before queueing. A client that has the name already, or listens already, knows better and queues at once.
  let queueing =
    contended || wakeUps.open || !wakeUps.supported || options.maxRequests < LOOK_QUEUE_AND_LEAVE;
  let patienceMs = STREAM_GRACE_MS;

  for (;;) {
    if (queueing && wakeUps.supported && !wakeUps.open) {
      await within(clock, wait, wakeUps.ready(), patienceMs);
      patienceMs = 0;
    }
    const manner = options.fair ? (queueing ? "wait" : "try") : queueing ? "barge" : "barge-try";
    const grant = await ask(context, wait, manner, Math.min(wait.leftMs(), options.ttlMs));
    if (grant) return grant;
    if (!queueing) {
      queueing = true;
      continue;
    }

    const busy = wait.busy as NonNullable<Wait["busy"]>;
    let pauseMs = (wakeUps.open ? woken : polling).next(busy);
    for (;;) {
      const wakeUp = await inbox.next(Math.min(rationed(wait, pauseMs), wait.leftMs()), signal);
      if (wakeUp?.type === "granted") {
        // Never believed for longer than was asked for: a forged message is found out by the confirmation.
        const leaseMs = Math.min(wakeUp.leaseMs, options.ttlMs, options.claimMs);
        const deadline = context.sightings.deadline(wakeUp.serverNow, leaseMs);
        const windowed = leaseMs < options.ttlMs;
        if (deadline && remainingOf(clock, deadline) > 0)
          return { fence: wakeUp.fence, owner: wait.attempt.claim.owner, deadline, windowed };
        break;
      }
      if (wait.leftMs() <= 0) throw timeout(wait);
      if (wakeUp?.type !== "first") break;
      wait.busy = { ...busy, position: 1, freeInMs: wakeUp.freeInMs };
      pauseMs = woken.next(wait.busy);
    }
  }
}

/** Sends one acquire and reads its answer. `null` when the name is busy; `wait.busy` then says how. */
async function ask(
  context: AcquireContext,
  wait: Wait,
  manner: Manner,
  budgetMs: number,
): Promise<Grant | null> {
  const { clock, emit } = context;
  const { attempt, options } = wait;
  const { name } = attempt.target;
  const { reply, sentAt } = await attempt.ask(manner, budgetMs, options.signal);
  if (reply.status === "granted") {
    const deadline = { from: sentAt, ms: reliableMs(Math.min(reply.remainingMs, options.ttlMs)) };
    if (remainingOf(clock, deadline) <= 0)
      throw new HoldfastError(
        "unavailable",
        `the lease on ${JSON.stringify(name)} was over before the answer arrived; use a longer ttlMs.`,
      );
    const windowed = reply.remainingMs <= options.claimMs && options.claimMs < options.ttlMs;
    return { fence: reply.fence, owner: reply.owner, deadline, windowed };
  }
  if (!wait.busy) emit?.({ type: "contended", name, heldForMs: reply.heldForMs, freeInMs: reply.freeInMs });
  wait.busy = {
    heldForMs: reply.heldForMs,
    freeInMs: reply.freeInMs,
    position: reply.status === "queued" ? reply.place : 0,
  };
  if (reply.status === "full") throw timeout(wait);
  return null;
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

/** Stretches a pause so that the requests which are left, one of them for leaving, last as long as the wait may. */
function rationed({ attempt, options, leftMs }: Wait, pauseMs: number): number {
  const looks = options.maxRequests - attempt.requests - 1;
  return looks > 0
    ? Math.max(pauseMs, Number.isFinite(looks) ? leftMs() / (looks + 1) : 0)
    : Number.POSITIVE_INFINITY;
}

/** Waits for something that never rejects, no longer than the wait itself. */
async function within(
  clock: Clock,
  { options, leftMs }: Wait,
  work: Promise<void>,
  mostMs: number,
): Promise<void> {
  const stop = new AbortController();
  const signal = options.signal;
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const limit = sleep(clock, Math.min(leftMs(), mostMs), stop.signal);
  try {
    await Promise.race([work, limit]);
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener("abort", abort);
    limit.catch(() => {});
    stop.abort();
  }
}

function timeout({ attempt, busy, options, leftMs }: Wait): LockTimeoutError {
  const { heldForMs, freeInMs, position } = busy ?? { heldForMs: 0, freeInMs: 0, position: 0 };
  const waitedMs = options.waitMs === Number.POSITIVE_INFINITY ? 0 : options.waitMs - leftMs();
  return new LockTimeoutError(attempt.target.name, { waitedMs, heldForMs, freeInMs, position });
}
