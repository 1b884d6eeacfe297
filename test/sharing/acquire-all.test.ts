import type { Lease } from "@holdfast/core";
import { expect, it } from "vitest";
import { digestRequests, enqueue, eventually, look, onEveryWay, untilWaiting } from "../waiting/queue.ts";

onEveryWay("several names at once", (fixture, client) => {
  const names = (count: number) => Array.from({ length: count }, () => fixture.name());
  const held = async (all: readonly string[]) =>
    (await Promise.all(all.map((name) => look(fixture, name)))).map(({ held }) => held);

  it("free names are taken in one request, as one lease", async () => {
    const all = names(5);
    const { locks, network } = client();
    const warm = await locks.acquireAll(names(2));
    await warm.extend();
    await warm.release();
    const before = digestRequests(network).length;
    const lease = await locks.acquireAll([...all].reverse());
    expect(digestRequests(network).length).toBe(before + 1);
    expect(lease.names).toEqual([...all].sort());
    expect(await held(all)).toEqual([true, true, true, true, true]);
    const fences = await Promise.all(all.map(async (name) => (await look(fixture, name)).lastFence));
    expect(lease.fence).toBe(Math.max(...fences));
    expect(await lease.extend(60_000)).toBeGreaterThan(55_000);
    expect(digestRequests(network).length).toBe(before + 2);
    expect(await lease.release()).toBe("released");
    expect(digestRequests(network).length).toBe(before + 3);
    expect(await held(all)).toEqual([false, false, false, false, false]);
  });

  it("a name given twice is one name", async () => {
    const [a, b] = names(2) as [string, string];
    const lease = await client().locks.acquireAll([b, a, b, a, a]);
    expect(lease.names).toEqual([a, b].sort());
    expect(await lease.release()).toBe("released");
    expect(await held([a, b])).toEqual([false, false]);
  });

  it("nothing is taken while one of them is busy, and all when it is free", async () => {
    const all = names(3) as [string, string, string];
    const holder = await client().locks.acquire(all[2]);
    await expect(client().locks.acquireAll(all, { waitMs: 0 })).rejects.toMatchObject({
      code: "timeout",
      lock: all[2],
    });
    expect(await held(all)).toEqual([false, false, true]);
    const waiting = client().locks.acquireAll(all);
    await untilWaiting(fixture, all[2], 1);
    await holder.release();
    const lease = await waiting;
    expect(await held(all)).toEqual([true, true, true]);
    await lease.release();
  });

  it("a name that somebody waits for counts as busy: nobody is passed", async () => {
    const [a, b] = names(2) as [string, string];
    const holder = await client().locks.acquire(a);
    const [waiting] = await enqueue(fixture, a, [() => client().locks.acquire(a, { claimMs: 3000 })]);
    await holder.release();
    await expect(client().locks.acquireAll([a, b], { waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
    await ((await waiting) as Lease).release();
  });

  it("overlapping sets in any order never wait in a circle, and exclude each other", async () => {
    const all = names(5);
    const inside = new Map<string, number>();
    const worker = async (seed: number) => {
      const { locks } = client();
      let state = seed;
      const chance = (below: number) => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return Math.floor((state / 2147483648) * below);
      };
      for (let round = 0; round < 5; round++) {
        const wanted = [...all].sort(() => chance(3) - 1).slice(0, 1 + chance(3));
        const lease = await locks.acquireAll(wanted, { waitMs: 15_000 });
        for (const name of wanted) {
          inside.set(name, (inside.get(name) ?? 0) + 1);
          expect(inside.get(name)).toBe(1);
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
        for (const name of wanted) inside.set(name, (inside.get(name) ?? 0) - 1);
        expect(await lease.release()).toBe("released");
      }
    };
    await Promise.all([1, 7, 42, 1001].map(worker));
    expect(await held(all)).toEqual(all.map(() => false));
  });

  it("who gives up half-way gives back what it had, and its place", async () => {
    const all = names(3) as [string, string, string];
    const [first, , last] = [...all].sort() as [string, string, string];
    const holder = await client().locks.acquire(last);
    const caller = new AbortController();
    const aborted = client().locks.acquireAll(all, { signal: caller.signal });
    aborted.catch(() => {});
    await untilWaiting(fixture, last, 1);
    expect((await look(fixture, first)).held).toBe(true);
    caller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await expect(client().locks.acquireAll(all, { waitMs: 150 })).rejects.toMatchObject({ code: "timeout" });
    await untilWaiting(fixture, last, 0);
    await eventually(
      () => held(all),
      (seen) => seen.toEqual(all.map((name) => name === last)),
    );
    await holder.release();
    expect(await (await client().locks.acquireAll(all, { waitMs: 0 })).release()).toBe("released");
  });

  it("what it has already is kept while it waits for the rest, beyond the TTL", async () => {
    const [a, b] = names(2).sort() as [string, string];
    const holder = await client().locks.acquire(b);
    const waiting = client().locks.acquireAll([a, b], { ttlMs: 600, waitMs: 5000 });
    await untilWaiting(fixture, b, 1);
    const { lastFence } = await look(fixture, a);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(await look(fixture, a)).toMatchObject({ held: true, lastFence });
    await holder.release();
    const lease = await waiting;
    expect(lease.remainingMs()).toBeGreaterThan(200);
    expect(await lease.release()).toBe("released");
  });
});
