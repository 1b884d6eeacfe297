import { type Clock, sleep } from "../clock.ts";
import { HoldfastError, LockTimeoutError } from "../errors.ts";
import { type Deadline, reliableMs, remainingOf } from "../lease/deadline.ts";
import type { Manner } from "../lock/lease-commands.ts";
import type { Busy } from "../lock/replies.ts";
import type { ParsedOptions } from "../locks/options.ts";
import type { Attempt, AttemptContext } from "./attempt.ts";
import type { Inbox } from "./inbox.ts";
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
export interface Grant {
  readonly fence: number;
  readonly owner: string;
  readonly deadline: Deadline;
  readonly windowed: boolean;
}

export interface Wait {
  readonly attempt: Attempt;
  readonly inbox: Inbox;
  readonly options: ParsedOptions;
  /** Milliseconds that are left of `waitMs`. */
  leftMs(): number;
  /** The last answer, once the name was found busy. */
  busy: (Busy & { position: number }) | undefined;
}

/** One request. `null` when the name is not free, or the error that a caller with `waitMs: 0` gets. */
export async function askOnce(context: AcquireContext, wait: Wait, waits: boolean): Promise<Grant | null> {
  const grant = await ask(context, wait, wait.options.fair ? "try" : "barge-try", wait.options.ttlMs);
  if (!grant && waits) throw timeout(wait);
  return grant;
}

/** Takes a place in the queue, unless the first look finds the name free, and waits for the grant. */
export async function takeTurn(context: AcquireContext, wait: Wait, contended: boolean): Promise<Grant> {
  const { clock, wakeUps } = context;
  const { inbox, options } = wait;
  const { signal } = options;
  const polling = pollingPace(clock, options.claimMs, true);
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

export function timeout({ attempt, busy, options, leftMs }: Wait): LockTimeoutError {
  const { heldForMs, freeInMs, position } = busy ?? { heldForMs: 0, freeInMs: 0, position: 0 };
  const waitedMs = options.waitMs === Number.POSITIVE_INFINITY ? 0 : options.waitMs - leftMs();
  return new LockTimeoutError(attempt.target.name, { waitedMs, heldForMs, freeInMs, position });
}
