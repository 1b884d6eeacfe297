import type { Lease, Locks } from "@holdfast/core";
import { anyOf, below, between } from "./chance.ts";
import { hot, type Names, PERMITS, READERS } from "./names.ts";
import { type Visits, WHOLE } from "./visits.ts";

/** One who uses locks: an SDK client of its own, and the notes of all clients of the process. */
export interface Actor {
  readonly locks: Locks;
  /** Another client of the same process, to hand leases to. */
  readonly other: Locks;
  readonly names: Names;
  readonly visits: Visits;
}

type SdkCycle = (actor: Actor) => Promise<unknown>;

/** Every way in which the SDK is used here, with how often: the numbers are shares. */
export const SDK_CYCLES: Record<string, readonly [share: number, cycle: SdkCycle]> = {
  mutex: [20, ({ locks, visits }) => taken(locks.acquire(hot("mutex"), { ttlMs: 3000 }), visits)],

  "mutex, fresh name": [15, ({ locks, names, visits }) => taken(locks.acquire(names.fresh("mutex")), visits)],

  tryAcquire: [
    12,
    async ({ locks, visits }) => {
      const lease = await locks.tryAcquire(hot("mutex"), { ttlMs: 2000 });
      if (lease) await stayAndRelease(lease, visits);
    },
  ],

  renewed: [
    5,
    ({ locks, names, visits }) =>
      locks.request(anyOf([names.fresh("renewed"), hot("renewed")]), { ttlMs: 900, waitMs: 8000 }, (lease) =>
        visits.stay(lease, WHOLE, between(500, 2500)),
      ),
  ],

  read: [
    8,
    async ({ locks, visits }) => {
      const lease = await locks.readWrite(hot("shared")).read.acquire({ ttlMs: 3000 });
      await stayAndRelease(lease, visits, { capacity: READERS, weight: 1 });
    },
  ],

  write: [
    3,
    async ({ locks, visits }) => {
      const lease = await locks.readWrite(hot("shared")).write.acquire({ ttlMs: 3000 });
      await stayAndRelease(lease, visits, { capacity: READERS, weight: READERS });
    },
  ],

  downgrade: [
    1,
    async ({ locks, names }) => {
      const lock = locks.readWrite(names.fresh("downgrade"));
      await using lease = await lock.write.acquire({ ttlMs: 3000 });
      await lock.downgrade(lease);
      await lock.upgrade(lease);
    },
  ],

  semaphore: [
    8,
    async ({ locks, visits }) => {
      const weight = 1 + below(3);
      const lease = await locks
        .semaphore(hot("permits"), { permits: PERMITS })
        .acquire({ weight, ttlMs: 3000, fair: Math.random() < 0.8 });
      await stayAndRelease(lease, visits, { capacity: PERMITS, weight });
    },
  ],

  acquireAll: [
    4,
    ({ locks, visits }) => {
      const names = [hot("mutex"), hot("several"), hot("several"), hot("several")];
      return taken(locks.acquireAll(names, { ttlMs: 3000 }), visits);
    },
  ],

  "timed out": [
    4,
    ({ locks, visits }) =>
      taken(locks.acquire(hot("busy"), { ttlMs: 3000, waitMs: Math.round(between(0, 200)) }), visits, 300),
  ],

  aborted: [
    4,
    async ({ locks, visits }) => {
      const caller = new AbortController();
      const leaves = setTimeout(() => caller.abort(), between(0, 300));
      try {
        await taken(locks.acquire(hot("busy"), { ttlMs: 3000, signal: caller.signal }), visits, 300);
      } finally {
        clearTimeout(leaves);
      }
    },
  ],

  // Their holders forget them: only the TTL gives them back.
  "never released": [
    3,
    async ({ locks, names, visits }) => {
      const lease = await locks.acquire(anyOf([names.fresh("forgotten"), hot("busy")]), { ttlMs: 1000 });
      await visits.stay(lease, WHOLE, between(0, 1200));
    },
  ],

  "permit never released": [
    1,
    async ({ locks, visits }) => {
      const lease = await locks
        .semaphore(hot("permits"), { permits: PERMITS })
        .tryAcquire({ weight: 1, ttlMs: 1000 });
      if (lease) await visits.stay(lease, { capacity: PERMITS, weight: 1 }, between(0, 1200));
    },
  ],

  "released too late": [
    1,
    async ({ locks, visits }) => {
      const lease = await locks.acquire(hot("busy"), { ttlMs: 300 });
      await visits.stay(lease, WHOLE, 400);
      await lease.release();
    },
  ],

  "max-hold": [
    1,
    async ({ locks, names, visits }) => {
      const lease = await locks.acquire(names.fresh("max-hold"), { ttlMs: 400, renew: { maxHoldMs: 900 } });
      await visits.stay(lease, WHOLE, between(300, 1500));
      await lease.release();
    },
  ],

  "handed over": [
    2,
    async ({ locks, other, names }) => {
      // Long, since the other side cannot know how much of it is over.
      const lease = await locks.acquire(names.fresh("handed"), { ttlMs: 10_000 });
      const adopted = other.adopt(JSON.parse(JSON.stringify(lease)));
      await adopted.extend();
      await adopted.release();
    },
  ],

  "re-entered": [
    1,
    async ({ locks, names }) => {
      await using outer = await locks.acquire(names.fresh("nested"), { ttlMs: 2000 });
      await using inner = await locks.acquire(outer.name, { within: outer });
      await inner.extend();
    },
  ],

  campaign: [
    2,
    async ({ locks, visits }) => {
      const caller = new AbortController();
      const leaves = setTimeout(() => caller.abort(), between(100, 6000));
      const name = hot("election");
      try {
        const election = locks.election(name);
        const leadership = await election.campaign({ ttlMs: 1000, maxHoldMs: 2000, signal: caller.signal });
        await visits.lead(name, leadership, between(50, 700));
        // Some leaders forget that they are.
        if (Math.random() < 0.9) await leadership.resign();
      } finally {
        clearTimeout(leaves);
      }
    },
  ],

  observed: [
    1,
    async ({ locks }) => {
      const caller = new AbortController();
      const leaves = setTimeout(() => caller.abort(), between(500, 5000));
      let leaders = 3;
      try {
        const election = locks.election(hot("election"));
        for await (const _ of election.observe({ intervalMs: 500, signal: caller.signal }))
          if (--leaders === 0) break;
      } finally {
        clearTimeout(leaves);
      }
    },
  ],

  latch: [
    2,
    async ({ locks, other, names }) => {
      const [name, options] = [names.fresh("latch"), { count: 2, keepMs: 1000 }];
      const opened = locks.latch(name, options).wait({ waitMs: 5000 });
      const counted = Promise.all([1, 2].map(() => other.latch(name, options).countDown()));
      await Promise.all([opened, counted]);
    },
  ],

  inspected: [
    2,
    async ({ locks }) => {
      await locks.inspect(hot("mutex"));
      await locks.list({ prefix: "mutex", limit: 20 });
    },
  ],
};

/** What busy names and a troubled network lead to. */
const EXPECTED = ["timeout", "unavailable", "lost"];

/** The code of a failure that has to be expected here; undefined for any other. */
export function codeOfSdk(error: unknown): string | undefined {
  if (error instanceof DOMException && error.name === "AbortError") return "aborted";
  const code = (error as { code?: unknown } | null)?.code;
  return EXPECTED.find((expected) => expected === code);
}

async function taken(acquiring: Promise<Lease>, visits: Visits, mostMs = 120): Promise<void> {
  await stayAndRelease(await acquiring, visits, WHOLE, mostMs);
}

async function stayAndRelease(lease: Lease, visits: Visits, share = WHOLE, mostMs = 120): Promise<void> {
  await visits.stay(lease, share, between(0, mostMs));
  await lease.release();
}
