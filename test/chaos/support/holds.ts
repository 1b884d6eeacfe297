import type { Lease } from "@holdfast/core";

/** From when until when somebody relied on a lease, by the machine's clock, which all processes share. */
export interface Hold {
  readonly fence: number;
  readonly from: number;
  readonly until: number;
}

/** What the holders of one name could rely on. */
export class Holds {
  readonly all: Hold[] = [];

  /** Notes that the lease is relied on while `work` runs, and no longer than the lease itself says. */
  async during<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
    const from = Date.now();
    try {
      return await work();
    } finally {
      this.all.push({ fence: lease.fence, from, until: Math.min(Date.now(), lease.expiresAt) });
    }
  }

  /** Pairs that held at the same time: empty where exclusion held. */
  overlaps(): [Hold, Hold][] {
    const inTime = this.all.toSorted((a, b) => a.from - b.from || a.until - b.until);
    const pairs: [Hold, Hold][] = [];
    for (const [i, hold] of inTime.entries()) {
      for (const later of inTime.slice(i + 1)) if (later.from < hold.until) pairs.push([hold, later]);
    }
    return pairs;
  }

  /** Fences in the order in which they were granted. */
  fences(): number[] {
    return this.all.toSorted((a, b) => a.from - b.from || a.until - b.until).map(({ fence }) => fence);
  }
}
