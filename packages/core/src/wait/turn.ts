import { atMost } from "../clock.ts";
import {
  HoldfastError,
  LockTimeoutError,
  MissedLeaseError,
  overTooSoon,
  UnacknowledgedError,
} from "../errors.ts";
import { type Deadline, elapsedMs, instant, reliableMs, remainingOf } from "../lease/deadline.ts";
import type { Manner } from "../lock/lease-commands.ts";
import type { Busy } from "../lock/replies.ts";
import type { ParsedOptions } from "../locks/options.ts";
import type { Attempt, AttemptContext } from "./attempt.ts";
import type { Inbox } from "./inbox.ts";
import { pollingPace, unheardMs, wokenPace } from "./pace.ts";
import type { WakeUps } from "./wake-ups.ts";

export interface AcquireContext extends AttemptContext {
  readonly wakeUps: WakeUps;
  /** How many waits this client has for a name, and exclusive leases of it. */
  readonly local: Map<string, number>;
}

/** How long a stream that is being opened is waited for. If it comes later, the waiter looks meanwhile. */
const STREAM_GRACE_MS = 500;
/** What a wait sends that takes its place before it listens, and one more for the stream. */
const PLACE_LOOK_AND_LEAVE = 4;

/** As `QUEUE_MS` in `record.lua`. */
const QUEUE_KEPT_MS = 120_000;

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
  waitedMs(): number;
  /** Milliseconds that are left of `waitMs`. */
  leftMs(): number;
  /** The last answer, once the name was found busy. */
  busy: (Busy & { position: number; retryInMs?: number | undefined }) | undefined;
}

/** One request. `null` when the name is not free, or the error that a caller with `waitMs: 0` gets. */
export async function askOnce(context: AcquireContext, wait: Wait, waits: boolean): Promise<Grant | null> {
  const { fair, steal, ttlMs } = wait.options;
  const grant = await ask(context, wait, steal ? "barge-steal" : fair ? "try" : "barge-try", ttlMs);
  if (!grant && waits) throw timeout(wait);
  return grant;
}

/** Takes a place in the queue, unless the name is free, and waits for the grant. */
export async function takeTurn(context: AcquireContext, wait: Wait, contended: boolean): Promise<Grant> {
  const { clock, wakeUps } = context;
  const { inbox, options } = wait;
  const { signal, claimMs } = options;
  const { weight, capacity } = wait.attempt.target;
  const exclusive = weight === capacity;
  const manner = options.fair ? "wait" : "barge";
  const polling = pollingPace(clock, claimMs, true);
  const woken = wokenPace(clock);
  let patienceMs = STREAM_GRACE_MS;
  let answeredAt = instant(clock);
  const listen = async (mostMs: number) => {
    if (wakeUps.open || !wakeUps.supported) return;
    await atMost(clock, Math.min(wait.leftMs(), patienceMs, mostMs), wakeUps.ready(), signal);
    signal?.throwIfAborted();
    patienceMs = 0;
  };
  // A free name should cost one request, and the place count from the first: so ask first, and listen when it is busy.
  // A client that has the name already will have to wait, and one that may send little cannot look once more.
  if (contended || options.maxRequests < PLACE_LOOK_AND_LEAVE) await listen(STREAM_GRACE_MS);

  for (;;) {
    const listened = wakeUps.open;
    try {
      const grant = await ask(context, wait, manner, Math.min(wait.leftMs(), options.ttlMs));
      if (grant) return grant;
      answeredAt = instant(clock);
    } catch (error) {
      if (!staysInQueue(wait, error, elapsedMs(clock, answeredAt))) throw error;
    }

    const busy = wait.busy as NonNullable<Wait["busy"]>;
    const deafSince = clock.now();
    await listen(claimMs / 2);
    let pauseMs =
      wakeUps.open && !listened && looksLeft(wait) > 0
        ? unheardMs(clock, claimMs, exclusive ? busy.position : 1, clock.now() - deafSince)
        : rationed(wait, busy.retryInMs ?? (wakeUps.open ? woken : polling).next(busy));
    for (;;) {
      const wakeUp = await inbox.next(Math.min(pauseMs, wait.leftMs()), signal);
      if (wakeUp?.type === "granted") {
        // Never believed for longer than was asked for: a forged message is found out by the confirmation.
        const leaseMs = Math.min(wakeUp.leaseMs, options.ttlMs, options.claimMs);
        const deadline = context.sightings.deadline(wakeUp.serverNow, leaseMs);
        const windowed = leaseMs < options.ttlMs;
        if (deadline && remainingOf(clock, deadline) > 0)
          return { fence: wakeUp.fence, owner: wait.attempt.claim.owner, deadline, windowed };
        break;
      }
      // A wait without end whose requests are used up would never learn that its turn has passed.
      if (wait.leftMs() <= 0 || (!wakeUp && looksLeft(wait) <= 0)) throw timeout(wait);
      if (wakeUp?.type !== "first") break;
      wait.busy = { ...busy, position: 1, freeInMs: wakeUp.freeInMs };
      pauseMs = rationed(wait, woken.next(wait.busy));
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
    const windowed = reply.remainingMs <= options.claimMs && options.claimMs < options.ttlMs;
    if (remainingOf(clock, deadline) <= 0) {
      // A claim window that was missed costs a place in the queue; a whole lease that is too short would be so again.
      if (windowed) throw new MissedLeaseError(name);
      throw new HoldfastError("unavailable", overTooSoon(name));
    }
    return { fence: reply.fence, owner: reply.owner, deadline, windowed };
  }
  if (!wait.busy) emit?.({ type: "contended", name, heldForMs: reply.heldForMs, freeInMs: reply.freeInMs });
  wait.busy = {
    heldForMs: reply.heldForMs,
    freeInMs: reply.freeInMs,
    position: reply.status === "queued" ? reply.place : 0,
    retryInMs: reply.retryInMs,
  };
  if (reply.status === "full") throw timeout(wait);
  return null;
}

/**
 * Whether a waiter whose look got no answer goes on waiting: it has a place, which the server keeps for as long as a
 * queue is kept that nobody looks into.
 */
function staysInQueue(wait: Wait, error: unknown, silentMs: number): boolean {
  return (
    wait.busy !== undefined &&
    error instanceof HoldfastError &&
    error.code === "unavailable" &&
    !(error instanceof MissedLeaseError) &&
    !(error instanceof UnacknowledgedError) &&
    wait.leftMs() > 0 &&
    looksLeft(wait) > 0 &&
    silentMs < QUEUE_KEPT_MS
  );
}

/** Requests that are left for looking; one is kept for leaving. */
function looksLeft({ attempt, options }: Wait): number {
  return options.maxRequests - attempt.requests - 1;
}

/** Stretches a pause so that the looks which are left last as long as the wait may. */
function rationed(wait: Wait, pauseMs: number): number {
  const { maxRequests, waitMs } = wait.options;
  if (!Number.isFinite(maxRequests) || !Number.isFinite(waitMs)) return pauseMs;
  const looks = looksLeft(wait);
  return looks > 0 ? Math.max(pauseMs, wait.leftMs() / (looks + 1)) : Number.POSITIVE_INFINITY;
}

export function timeout({ attempt, busy, waitedMs }: Wait): LockTimeoutError {
  const { heldForMs, freeInMs, position } = busy ?? { heldForMs: 0, freeInMs: 0, position: 0 };
  return new LockTimeoutError(attempt.target.name, { waitedMs: waitedMs(), heldForMs, freeInMs, position });
}
