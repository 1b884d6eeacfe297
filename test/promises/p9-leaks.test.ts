import { HoldfastError, type Locks } from "@holdfast/core";
import { watchListeners } from "@holdfast/testing";
import { expect, it, vi } from "vitest";
import { about } from "../support/about.ts";
import { countingClock } from "../support/counting-clock.ts";
import { type Client, type Fixture, onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";

const TTL_MS = 3000;
/** Of a lease that is to run out. */
const SHORT_MS = 300;
/** How long a name is remembered after its lease, so that repeated requests get the first answer. */
const MEMORY_MS = 125_000;
/** A queue is kept while somebody may come back to look into it. */
const QUEUE_MEMORY_MS = 250_000;
const PATIENCE = { timeout: 10_000, interval: 10 };

let namespaces = 0;

interface Scene {
  readonly f: Fixture;
  readonly name: string;
  readonly locks: Locks;
  readonly events: Client["events"];
  readonly client: Fixture["client"];
}

/** Every way for a name to be used that could leave something behind. */
const uses: Record<string, (scene: Scene) => Promise<void>> = {
  "an acquire": async ({ locks, name }) => void (await locks.acquire(name, { ttlMs: TTL_MS })),
  "a release": async ({ locks, name }) =>
    void (await (await locks.acquire(name, { ttlMs: TTL_MS })).release()),
  "an extension": async ({ locks, name }) =>
    void (await (await locks.acquire(name, { ttlMs: TTL_MS / 2 })).extend(TTL_MS)),
  "a renewal": async ({ locks, name, events }) => {
    await locks.acquire(name, { ttlMs: SHORT_MS, renew: true });
    await vi.waitFor(() => expect(events.some(({ type }) => type === "extended")).toBe(true), PATIENCE);
  },
  "an expiry": async ({ locks, name }) => {
    const lease = await locks.acquire(name, { ttlMs: SHORT_MS });
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), PATIENCE);
  },
  "an expiry and the next lease": async ({ locks, name }) => {
    await locks.acquire(name, { ttlMs: SHORT_MS });
    await locks.acquire(name, { ttlMs: TTL_MS });
  },
  "a forced release": async ({ locks, name }) => {
    await locks.acquire(name, { ttlMs: TTL_MS });
    await locks.forceRelease(name);
  },
  "a look": async ({ locks, name }) => void (await locks.inspect(name)),
  "a forced release of a free name": async ({ locks, name }) => void (await locks.forceRelease(name)),
  "a refused tryAcquire": async ({ locks, name, client }) => {
    await locks.acquire(name, { ttlMs: TTL_MS });
    expect(await client().locks.tryAcquire(name)).toBeNull();
  },
  "a wait that timed out": async ({ locks, name, client }) => {
    await locks.acquire(name, { ttlMs: TTL_MS });
    await expect(client().locks.acquire(name, { ttlMs: TTL_MS, waitMs: 60 })).rejects.toThrow(HoldfastError);
  },
  "a wait that was cancelled": async ({ locks, name, client }) => {
    await locks.acquire(name, { ttlMs: TTL_MS });
    const signal = AbortSignal.timeout(60);
    await expect(client().locks.acquire(name, { ttlMs: TTL_MS, signal })).rejects.toThrow("timeout");
  },
  "an acquire that never learnt its fate": async ({ f, name, client }) => {
    const work: Promise<unknown>[] = [];
    const { locks } = client({ waitUntil: (promise) => void work.push(promise) });
    f.gateway.faults.inject({ action: "drop-reply", times: 4, when: about(name) });
    const acquired = locks.tryAcquire(name, { ttlMs: TTL_MS });
    await expect(acquired).rejects.toMatchObject({ code: "unavailable" });
    await Promise.all(work);
    expect((await locks.inspect(name)).held).toBe(false);
  },
  "an acquire that arrives only after it was taken back": async ({ name, client }) => {
    const work: Promise<unknown>[] = [];
    const takenBack = gate();
    const late = vi.fn<typeof fetch>(async (input, init) => {
      await takenBack.opened;
      return fetch(input, { ...init, signal: null });
    });
    const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
    const { locks } = client({
      waitUntil,
      fetch: (...args) => (late.mock.calls.length ? fetch : late)(...args),
    });
    const cancel = new AbortController();
    const acquired = locks.acquire(name, { ttlMs: TTL_MS, signal: cancel.signal });
    await vi.waitFor(() => expect(late).toHaveBeenCalledOnce());
    cancel.abort();
    await expect(acquired).rejects.toBe(cancel.signal.reason);
    await Promise.all(work);
    takenBack.open();
    await late.mock.results[0]?.value;
    expect((await locks.inspect(name)).held).toBe(false);
  },
};

onEveryEngine("P9 nothing leaks", (f) => {
  const keys = async (namespace: string) => (await f.gateway.command("KEYS", `${namespace}:*`)) as string[];
  const memory = async (namespace: string) => {
    const sizes = (await keys(namespace)).map((key) =>
      f.gateway.command("MEMORY", "USAGE", key, "SAMPLES", 0),
    );
    return ((await Promise.all(sizes)) as number[]).reduce((sum, bytes) => sum + bytes, 0);
  };

  for (const [use, act] of Object.entries(uses))
    it(`${use} leaves no key behind that lives for ever`, async () => {
      const namespace = `leaks-${++namespaces}`;
      const client: Scene["client"] = (options) => f.client({ namespace, ...options });
      await act({ f, name: f.name(), client, ...client() });

      for (const key of await keys(namespace)) {
        const pttl = Number(await f.gateway.command("PTTL", key));
        // -1 is a key without an end.
        expect.soft(pttl, key).toBeGreaterThan(0);
        expect.soft(pttl, key).toBeLessThanOrEqual(TTL_MS + MEMORY_MS);
      }
    });

  it("a name that was leased a thousand times takes no more room than one leased a hundred times", async () => {
    const namespace = `leaks-${++namespaces}`;
    const { locks } = f.client({ namespace });
    const name = f.name();
    const lease = async (i: number) => {
      const attemptId = `attempt-${i}-`.padEnd(128, "x");
      const lease = await locks.acquire(name, { attemptId, metadata: "m".repeat(1000), ttlMs: 60_000 });
      // Ends are remembered also when they come by force.
      if (i % 2) await lease.release();
      else await locks.forceRelease(name);
    };
    for (let i = 0; i < 100; i++) await lease(i);
    const early = await memory(namespace);
    for (let i = 100; i < 1000; i++) await lease(i);

    expect(await memory(namespace)).toBeLessThanOrEqual(early * 1.1);
    expect(early).toBeLessThan(8192);
  });

  it("a crowd that gave up leaves a name as small as it was, and no key for ever", async () => {
    const namespace = `leaks-${++namespaces}`;
    const name = f.name();
    const { locks } = f.client({ namespace });
    const lease = await locks.acquire(name, { ttlMs: TTL_MS });
    const waiting = Array.from({ length: 50 }, () =>
      f.client({ namespace }).locks.acquire(name, { ttlMs: TTL_MS, waitMs: 100 }),
    );
    await Promise.allSettled(waiting);
    await lease.release();

    await vi.waitFor(async () => expect(await memory(namespace)).toBeLessThan(8192), PATIENCE);
    for (const key of await keys(namespace)) {
      const pttl = Number(await f.gateway.command("PTTL", key));
      expect.soft(pttl, key).toBeGreaterThan(0);
      expect.soft(pttl, key).toBeLessThanOrEqual(QUEUE_MEMORY_MS);
    }
  });

  it("a thousand acquires with one signal leave no listener on it, and no timer", async () => {
    const clock = countingClock();
    const { locks } = f.client({ clock });
    const { signal } = new AbortController();
    const listeners = watchListeners(signal);

    const busy = f.name();
    const holder = await f.client().locks.acquire(busy);
    for (let i = 0; i < 100; i++) {
      const leases = await Promise.all(Array.from({ length: 10 }, () => locks.acquire(f.name(), { signal })));
      await Promise.all(leases.map((lease) => lease.release()));
      // A wait adds listeners of its own.
      if (i % 20 === 0)
        await expect(locks.acquire(busy, { signal, waitMs: 50 })).rejects.toThrow(HoldfastError);
    }
    await holder.release();

    expect(listeners.size).toBe(0);
    await vi.waitFor(() => expect(clock.pending).toBe(0), PATIENCE);
  });

  it("every lease that ended has let go of its timers, however it ended", async () => {
    const clock = countingClock();
    const { locks } = f.client({ clock });
    const [expired, released, forced] = [f.name(), f.name(), f.name()];
    await locks.acquire(expired, { ttlMs: SHORT_MS });
    await (await locks.acquire(released, { renew: true })).release();
    const taken = await locks.acquire(forced, { renew: true });
    await locks.forceRelease(forced);
    await taken.extend().catch(() => {});
    expect(taken.signal.aborted).toBe(true);

    await vi.waitFor(() => expect(clock.pending).toBe(0), PATIENCE);
  });
});
