import { backgroundTimer, type Clock, MAX_TIMER_MS } from "../clock.ts";
import type { LossReason } from "../errors.ts";
import { type Deadline, instant, remainingOf } from "./deadline.ts";
import type { HeldLease } from "./held-lease.ts";
import type { Background, Extension } from "./keeper.ts";

export interface Renewer {
  /** Renews the lease until it ends, or until `maxHoldMs` have passed since now; `end` is then why it ended. */
  add(lease: HeldLease, maxHoldMs: number, end: LossReason): void;
  /** Renews a lease once, so that a grant of one claim window lasts its whole TTL. */
  confirm(lease: HeldLease): void;
  /** Why a lease whose time is over ended. */
  lossAtDeadline(lease: HeldLease): LossReason;
}

interface Renewal {
  readonly holdUntil: Deadline;
  readonly end: LossReason;
  /** What the lease lasted when it only has to be confirmed: any other span means that it was. */
  readonly unconfirmedMs: number | undefined;
  /** Set after a renewal failed. */
  notBefore: Deadline | undefined;
  /** `final`: the lease already lasts to the end of its hold and ends by itself. */
  state: "waiting" | "in flight" | "final";
  /** Lets the runtime go: there is nothing more to do here. */
  readonly done: () => void;
}

/** A lease is renewed when a third of its time is used up: two more chances before it ends. */
const RENEW_AT = 2 / 3;
/** A renewal that is due takes along those that are due within this share of their time. */
const EARLY = 1 / 4;
const MAX_BATCH = 100;
/** After a failure, so that the tries do not crowd before the end. */
const MIN_PAUSE_MS = 50;

/** One timer for all leases of a client, and one request for all that are due. */
export function createRenewer(
  clock: Clock,
  extend: (batch: Extension[]) => Promise<void>,
  releaseLater: (lease: HeldLease) => void,
  background: Background,
): Renewer {
  const renewals = new Map<HeldLease, Renewal>();
  let timer: unknown;

  function add(lease: HeldLease, maxHoldMs: number, end: LossReason, unconfirmedMs?: number): void {
    background(
      new Promise<void>((done) => {
        renewals.set(lease, {
          holdUntil: { from: instant(clock), ms: maxHoldMs },
          end,
          unconfirmedMs,
          notBefore: undefined,
          state: "waiting",
          done,
        });
      }),
    );
    lease.onEnd(() => {
      drop(lease);
      schedule();
    });
    schedule();
  }

  function drop(lease: HeldLease): void {
    renewals.get(lease)?.done();
    renewals.delete(lease);
  }

  function isConfirmed(lease: HeldLease, { unconfirmedMs }: Renewal): boolean {
    return unconfirmedMs !== undefined && lease.spanMs !== unconfirmedMs;
  }

  /** The TTL to ask for: never past the end of the hold. */
  function nextTtl(lease: HeldLease, { holdUntil }: Renewal): number {
    return Math.min(lease.ttlMs, Math.max(Math.floor(remainingOf(clock, holdUntil)), 1));
  }

  function dueInMs(lease: HeldLease, renewal: Renewal): number {
    const holdMs = remainingOf(clock, renewal.holdUntil);
    if (renewal.state !== "waiting") return holdMs;
    const pauseMs = renewal.notBefore ? remainingOf(clock, renewal.notBefore) : 0;
    return Math.min(holdMs, Math.max(lease.budgetMs() - lease.spanMs * RENEW_AT, pauseMs));
  }

  function schedule(): void {
    clock.clearTimeout(timer);
    let next = Number.POSITIVE_INFINITY;
    for (const [lease, renewal] of renewals) next = Math.min(next, dueInMs(lease, renewal));
    if (Number.isFinite(next)) timer = backgroundTimer(clock, tick, next);
  }

  function tick(): void {
    const batch: [HeldLease, Renewal, number][] = [];
    for (const [lease, renewal] of [...renewals]) {
      if (isConfirmed(lease, renewal)) drop(lease);
      if (remainingOf(clock, renewal.holdUntil) <= 0) {
        lease.lose(renewal.end);
        releaseLater(lease);
        continue;
      }
      // Over already, as after a pause of the machine that held up the lease's own timer: asking says so.
      if (lease.outcome !== undefined) continue;
      if (
        renewal.state !== "waiting" ||
        batch.length === MAX_BATCH ||
        dueInMs(lease, renewal) > lease.spanMs * EARLY
      )
        continue;
      batch.push([lease, renewal, nextTtl(lease, renewal)]);
    }
    if (batch.length > 0) background(renew(batch));
    schedule();
  }

  async function renew(batch: [HeldLease, Renewal, number][]): Promise<void> {
    for (const [, renewal] of batch) renewal.state = "in flight";
    try {
      await extend(batch.map(([lease, , ttlMs]) => ({ lease, ttlMs })));
      for (const [lease, renewal, ttlMs] of batch) {
        renewal.notBefore = undefined;
        renewal.state = ttlMs < lease.ttlMs ? "final" : "waiting";
        if (isConfirmed(lease, renewal)) drop(lease);
      }
    } catch {
      // Reported as an event. The lease's own deadline ends this if no later try succeeds.
      for (const [lease, renewal] of batch) {
        renewal.notBefore = {
          from: instant(clock),
          ms: Math.max(MIN_PAUSE_MS, Math.min(1000, lease.budgetMs() / 3)),
        };
        renewal.state = "waiting";
      }
    }
    schedule();
  }

  return {
    add,
    confirm: (lease) => add(lease, MAX_TIMER_MS, "expired", lease.spanMs),
    lossAtDeadline: (lease) => (renewals.get(lease)?.state === "final" ? "max-hold" : "expired"),
  };
}
