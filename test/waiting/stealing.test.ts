import { LockLostError } from "@holdfast/core";
import { expect, it } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { enqueue, eventually, look } from "./queue.ts";

onEveryEngine("stealing", (f) => {
  it("takes a name that is held, with a greater fence, and the holder finds its lease lost", async () => {
    const name = f.name();
    const holder = await f.client().locks.acquire(name);
    const thief = await f.client().locks.acquire(name, { steal: true });
    expect(thief.fence).toBeGreaterThan(holder.fence);
    await expect(holder.extend()).rejects.toBeInstanceOf(LockLostError);
    expect(holder.signal.reason).toMatchObject({ reason: "taken" });
    expect(await holder.release()).toBe("lost");
    expect(await thief.release()).toBe("released");
  });

  it("takes a name that is free", async () => {
    const lease = await f.client().locks.acquire(f.name(), { steal: true });
    expect(await lease.release()).toBe("released");
  });

  it("is one request, whether it would wait or not", async () => {
    const name = f.name();
    const { locks, network } = await f.warmClient();
    await f.client().locks.acquire(name);
    await locks.acquire(name, { steal: true });
    await locks.acquire(name, { steal: true, waitMs: 0 });
    expect(network.requests).toHaveLength(2);
  });

  it("goes before those who wait, and none of them is let in on the way", async () => {
    const name = f.name();
    const holder = await f.client().locks.acquire(name);
    const waiter = f.client();
    const [waiting] = await enqueue(f, name, [() => waiter.locks.acquire(name)]);
    const thief = await f.client().locks.acquire(name, { steal: true });
    expect(await look(f, name)).toMatchObject({ holders: [{ fence: thief.fence }], waiting: 1 });
    await holder.release();
    await thief.release();
    expect((await waiting)?.fence).toBeGreaterThan(thief.fence);
    expect(waiter.events.filter(({ type }) => type === "acquired")).toHaveLength(1);
  });

  it("ends all leases of a lock that several hold, and lets in those who fit beside it", async () => {
    const name = f.name();
    const readers = await Promise.all([1, 2].map(() => f.client().locks.readWrite(name).read.acquire()));
    const [writer] = await enqueue(f, name, [() => f.client().locks.readWrite(name).write.acquire()]);
    const thief = await f.client().locks.readWrite(name).write.acquire({ steal: true });
    for (const reader of readers) expect(await reader.release()).toBe("lost");
    expect((await look(f, name)).holders).toHaveLength(1);
    await thief.release();
    await (await writer)?.release();

    const permits = { permits: 2 };
    const both = f.name();
    await f.client().locks.semaphore(both, permits).acquire({ weight: 2 });
    const [next] = await enqueue(f, both, [() => f.client().locks.semaphore(both, permits).acquire()]);
    await f.client().locks.semaphore(both, permits).acquire({ steal: true });
    await next;
    expect(await look(f, both)).toMatchObject({ used: 2, waiting: 0 });
  });

  it("tells every holder that it was stolen from, however many they were", async () => {
    const name = f.name();
    const { locks } = f.client();
    const readers = await Promise.all(Array.from({ length: 20 }, () => locks.readWrite(name).read.acquire()));
    const thief = await f.client().locks.readWrite(name).write.acquire({ steal: true });
    const outcomes = await Promise.all(readers.map((reader) => reader.release()));
    expect(new Set(outcomes)).toEqual(new Set(["lost"]));
    expect(await thief.release()).toBe("released");
  });

  it("opens a name that a lock-delay keeps closed", async () => {
    const name = f.name();
    await f.client().locks.acquire(name, { ttlMs: 500, lockDelayMs: 60_000 });
    await eventually(
      async () => (await look(f, name)).held,
      (seen) => seen.toBe(false),
    );
    expect(await f.client().locks.tryAcquire(name)).toBeNull();
    const lease = await f.client().locks.acquire(name, { steal: true });
    expect(lease.remainingMs()).toBeGreaterThan(0);
  });

  it("P3 a lost reply costs one retry, and neither a second fence nor a second theft", async () => {
    const name = f.name();
    const { locks, network } = await f.warmClient();
    network.fail({ action: "drop-reply" });
    const thief = await locks.acquire(name, { steal: true });
    const [first] = network.requests;
    expect(network.requests).toHaveLength(2);
    await thief.release();
    const next = await f.client().locks.acquire(name);
    if (first) await f.deliver(first);
    expect(await look(f, name)).toMatchObject({ holders: [{ fence: next.fence }] });
  });

  it("acquireAll has none", async () => {
    await expect(f.client().locks.acquireAll(["a", "b"], { steal: true })).rejects.toThrow(
      /acquireAll .*steal/,
    );
  });
});
