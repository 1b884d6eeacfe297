import { setTimeout as sleep } from "node:timers/promises";
import type { Leadership, Lease } from "@holdfast/core";

/** A time in which a holder relied on a lease. `from` and `to` are by {@link sharedNow}. */
export interface Visit {
  readonly name: string;
  /** How much fits into the name, and how much of it this one took. */
  readonly capacity: number;
  readonly weight: number;
  readonly fence: number;
  readonly from: number;
  readonly to: number;
}

/** What a lease is of: `capacity` and `weight` of each of its names. */
export interface Share {
  readonly capacity: number;
  readonly weight: number;
}

export const WHOLE: Share = { capacity: 1, weight: 1 };

/** Milliseconds of one clock for all processes of this machine: moments of different processes can be compared. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Writes down who relied on what, for the one who compares all processes. */
export class Visits {
  #taken: Visit[] = [];

  add(visit: Visit): void {
    this.#taken.push(visit);
  }

  /** What was added since the last call. */
  take(): Visit[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }

  /** Works for this long under a lease. To be called as soon as it is granted, and before it is released. */
  async stay(lease: Lease, { capacity, weight }: Share, forMs: number): Promise<void> {
    const from = sharedNow();
    if (lease.remainingMs() <= 0) return;
    await sleep(forMs);
    // Whoever wakes up late must not count on a lease that ended meanwhile.
    const late = lease.remainingMs() > 0 ? 0 : Math.max(0, Date.now() - lease.expiresAt);
    const to = sharedNow() - late;
    const { fences } = lease.toJSON();
    for (const [i, name] of lease.names.entries())
      this.add({ name, capacity, weight, fence: fences?.[i] ?? lease.fence, from, to });
  }

  /** The same for a leader. */
  async lead(name: string, leadership: Leadership, forMs: number): Promise<void> {
    const from = sharedNow();
    const sureMs = leadership.remainingMs();
    if (sureMs <= 0) return;
    await sleep(forMs);
    const to = leadership.remainingMs() > 0 ? sharedNow() : Math.min(sharedNow(), from + sureMs);
    this.add({ name, ...WHOLE, fence: leadership.fence, from, to });
  }
}
