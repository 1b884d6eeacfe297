import { type Lease, LockLostError } from "@holdfast/core";
import { expect, it } from "vitest";
import { eventually, look, onEveryEngineAtOnce, untilWaiting } from "../waiting/queue.ts";

onEveryEngineAtOnce("re-entry", (fixture) => {
  const scene = async (options = {}) => {
    const client = await fixture.warmClient();
    const name = fixture.name();
    const outer = await client.locks.acquire(name, options);
    const before = client.network.requests.length;
    return { ...client, name, outer, sent: () => client.network.requests.length - before };
  };

  it("nests without a request, on the same owner, fence and end", async () => {
    const { locks, name, outer, sent } = await scene();
    const inner = await locks.acquire(name, { within: outer });
    const innermost = await locks.tryAcquire(name, { within: inner });
    expect(sent()).toBe(0);
    for (const lease of [inner, innermost as Lease])
      expect([lease.owner, lease.fence, lease.expiresAt, lease.signal]).toEqual([
        outer.owner,
        outer.fence,
        outer.expiresAt,
        outer.signal,
      ]);
  });

  it("is given back when the outermost is released, and not before", async () => {
    const { locks, name, outer, sent } = await scene();
    const inner = await locks.acquire(name, { within: outer });
    const innermost = await locks.acquire(name, { within: inner });
    for (const lease of [innermost, inner, inner]) expect(await lease.release()).toBe("released");
    expect(inner.remainingMs()).toBe(0);
    expect(sent()).toBe(0);
    expect((await look(fixture, name)).held).toBe(true);
    expect(outer.remainingMs()).toBeGreaterThan(0);
    expect(await outer.release()).toBe("released");
    expect((await look(fixture, name)).held).toBe(false);
  });

  it("extends the outer lease, and a level that was closed extends nothing", async () => {
    const { locks, name, outer } = await scene({ ttlMs: 5000 });
    const inner = await locks.acquire(name, { within: outer });
    expect(await inner.extend(20_000)).toBeGreaterThan(15_000);
    expect(outer.remainingMs()).toBeGreaterThan(15_000);
    await inner.release();
    await expect(inner.extend()).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("a dead lease is refused before any request", async () => {
    const { locks, name, outer, sent } = await scene();
    await outer.release();
    const released = sent();
    await expect(locks.acquire(name, { within: outer })).rejects.toMatchObject({ code: "invalid-argument" });
    expect(sent()).toBe(released);

    const short = await locks.acquire(name, { ttlMs: 60 });
    await eventually(
      () => short.signal.aborted,
      (seen) => seen.toBe(true),
    );
    const expired = sent();
    await expect(locks.acquire(name, { within: short })).rejects.toBeInstanceOf(LockLostError);
    expect(sent()).toBe(expired);
  });

  it("another name, a foreign object, and an exclusive level in a shared lease are refused before any request", async () => {
    const { locks, name, outer, sent } = await scene();
    const bad = { code: "invalid-argument" };
    await expect(locks.acquire(`${name}-other`, { within: outer })).rejects.toMatchObject(bad);
    for (const within of [{}, { name }, "lease", 1])
      await expect(locks.acquire(name, { within: within as never })).rejects.toMatchObject(bad);
    expect(sent()).toBe(0);
    const lock = locks.readWrite(`${name}-rw`);
    const reader = await lock.read.acquire();
    const before = sent();
    await expect(lock.write.acquire({ within: reader })).rejects.toMatchObject(bad);
    await lock.read.acquire({ within: reader });
    await expect(locks.acquireAll([name, `${name}-other`], { within: outer })).rejects.toMatchObject(bad);
    expect(sent()).toBe(before);
  });

  it("a level is not heavier than the lease around it", async () => {
    const { locks, name } = await scene();
    const semaphore = locks.semaphore(`${name}-s`, { permits: 3 });
    const outer = await semaphore.acquire({ weight: 2 });
    await semaphore.acquire({ within: outer, weight: 2 });
    await expect(semaphore.acquire({ within: outer, weight: 3 })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  it("request nests too, and leaves the outer lease to its holder", async () => {
    const { locks, name, outer, sent } = await scene();
    expect(await locks.request(name, { within: outer }, (lease) => lease.fence)).toBe(outer.fence);
    expect(sent()).toBe(0);
    expect((await look(fixture, name)).held).toBe(true);
  });

  it("a level whose outer lease was taken away says so when it is released", async () => {
    const { locks, name, outer } = await scene();
    const inner = await locks.acquire(name, { within: outer });
    await fixture.client().locks.forceRelease(name);
    await outer.extend().catch(() => {});
    expect(inner.signal.aborted).toBe(true);
    expect(await inner.release()).toBe("lost");
  });

  it("a plain second acquire of the same process waits, as anyone", async () => {
    const { locks, name, outer } = await scene();
    expect(await locks.tryAcquire(name)).toBeNull();
    const second = locks.acquire(name);
    await untilWaiting(fixture, name, 1);
    await outer.release();
    expect((await second).fence).toBeGreaterThan(outer.fence);
  });
});
