import { backgroundTimer, type Clock } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { LeaseCommands } from "../lock/lease-commands.ts";
import { groupBy } from "../lock/slots.ts";
import type { RunOptions } from "../store/store.ts";
import { elapsedMs, type Instant, instant } from "./deadline.ts";
import type { HeldLease } from "./held-lease.ts";
import { createRenewer, type Renewer } from "./renewer.ts";

/** Runs a promise that nobody awaits: kept alive where the platform can, never an unhandled rejection. */
export type Background = (work: Promise<unknown>) => void;

export interface Extension {
  readonly lease: HeldLease;
  readonly ttlMs: number;
}

/** What the leases of one client share: the requests that keep them, and the ones that give them back. */
export interface LeaseKeeper {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly renewer: Renewer;
  /** Those that have not ended. */
  readonly leases: Set<HeldLease>;
  /**
   * Each lease learns its new deadline, or that it is lost. One request for all that live in one slot. A server that
   * does not answer fails the leases that it has and no others; then this rejects.
   */
  extend(extensions: readonly Extension[], background?: boolean): Promise<void>;
  release(lease: HeldLease): Promise<boolean>;
  releaseLater(lease: HeldLease): void;
  /** Tries in the background until it succeeds or what it would undo has ended by itself. Never rejects. */
  later(lastsMs: number, run: (options: RunOptions) => Promise<unknown>): Promise<void>;
}

/** A lease leaves room for this many tries before it ends. */
const TRIES_PER_LEASE = 3;
const ROUND_TRIP_MS = 500;
/** A release is worth waiting for even at the very end of a lease: its answer says how the lease ended. */
const RELEASE_MS = 5000;

export function createKeeper(
  clock: Clock,
  emit: Emit,
  commands: LeaseCommands,
  background: Background,
): LeaseKeeper {
  const report = (during: "extend" | "release", name: string, started: Instant) =>
    emit?.({ type: "unknown", name, during, durationMs: elapsedMs(clock, started) });

  async function extend(extensions: readonly Extension[], background = false): Promise<void> {
    const slots = ({ lease }: Extension) => [...new Set(lease.names.map(commands.slotOf))].join();
    const groups = groupBy(extensions, slots).map((group) => extendTogether(group, background));
    for (const outcome of await Promise.allSettled(groups))
      if (outcome.status === "rejected") throw outcome.reason;
  }

  async function extendTogether(extensions: readonly Extension[], background: boolean): Promise<void> {
    const started = instant(clock);
    let sentAt = started;
    const budgetMs = Math.min(...extensions.map(({ lease }) => lease.budgetMs()));
    const rows = extensions.flatMap(({ lease, ttlMs }) =>
      lease.names.map((name) => ({ name, ...lease.claim, ttlMs })),
    );
    try {
      const remaining = await commands.extend(rows, {
        background,
        budgetMs,
        attemptMs: attemptMs(budgetMs),
        onSend: () => {
          sentAt = instant(clock);
        },
      });
      let row = 0;
      let unknown = false;
      for (const { lease } of extensions) {
        const parts = lease.names.map(() => remaining[row++] ?? 0);
        // One part that is lost is enough to know.
        const leftMs = parts.includes(0) ? 0 : Math.min(...parts);
        if (leftMs < 0) {
          report("extend", lease.name, started);
          unknown = true;
          continue;
        }
        lease.confirm(sentAt, leftMs);
        if (leftMs > 0)
          emit?.({
            type: "extended",
            name: lease.name,
            fence: lease.fence,
            remainingMs: lease.remainingMs(),
            durationMs: elapsedMs(clock, started),
          });
      }
      if (unknown) throw new UnknownLeaseError();
    } catch (error) {
      if (!(error instanceof UnknownLeaseError))
        for (const { lease } of extensions) report("extend", lease.name, started);
      throw error;
    }
  }

  async function release(lease: HeldLease): Promise<boolean> {
    const started = instant(clock);
    const limit = Math.max(lease.budgetMs(), RELEASE_MS);
    try {
      return await commands.release(lease.parts, lease.claim, {
        budgetMs: limit,
        attemptMs: attemptMs(limit),
      });
    } catch (error) {
      report("release", lease.name, started);
      if (mayPass(error)) releaseLater(lease);
      throw error;
    }
  }

  function releaseLater(lease: HeldLease): void {
    void later(lease.ttlMs, (options) => commands.release(lease.parts, lease.claim, options));
  }

  function later(lastsMs: number, run: (options: RunOptions) => Promise<unknown>): Promise<void> {
    const work = persist(lastsMs, run);
    background(work);
    return work;
  }

  async function persist(lastsMs: number, run: (options: RunOptions) => Promise<unknown>): Promise<void> {
    const started = instant(clock);
    for (let pauseMs = 100; elapsedMs(clock, started) < lastsMs; pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        await run({ background: true, budgetMs: lastsMs, attemptMs: attemptMs(lastsMs) });
        return;
      } catch (error) {
        if (!mayPass(error)) return;
      }
      await new Promise<void>((resolve) => backgroundTimer(clock, resolve, pauseMs));
    }
  }

  const renewer = createRenewer(clock, (batch) => extend(batch, true), releaseLater, background);
  return {
    clock,
    emit,
    renewer,
    leases: new Set(),
    extend,
    release,
    releaseLater,
    later,
  };
}

/** Of some leases of a request it could not be told whether they are held. */
class UnknownLeaseError extends HoldfastError {
  constructor() {
    super("unavailable", "too few nodes answered in time to tell whether the lease is held.");
  }
}

/** A server refuses for a while what it takes later: its memory is full, it is about to be a replica. */
function mayPass(error: unknown): boolean {
  return error instanceof HoldfastError && (error.code === "unavailable" || error.code === "refused");
}

/** Time for one try, so that several fit into a lease if round trips are quick enough for that. */
export function attemptMs(leaseMs: number): number {
  return Math.max(leaseMs / TRIES_PER_LEASE, Math.min(leaseMs, ROUND_TRIP_MS));
}
