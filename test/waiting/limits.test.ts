import { LockTimeoutError } from "@holdfast/core";
import { expect, it } from "vitest";
import { digestRequests, enqueue, onEveryWay, scriptRequests, subscriptions, untilWaiting } from "./queue.ts";

onEveryWay("waits with limits", (fixture, client, way) => {
  it("waitMs: 0 asks once, as tryAcquire, and says that the name is busy by an error", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const { locks, network } = client();
    expect(await locks.tryAcquire(name)).toBeNull();
    const before = network.requests.length;
    const error = await locks.acquire(name, { waitMs: 0 }).catch((error) => error);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ code: "timeout", lock: name, position: 0 });
    expect(error.freeInMs).toBeGreaterThan(20_000);
    expect(network.requests.length).toBe(before + 1);
    await holder.release();
    expect((await locks.acquire(name, { waitMs: 0 })).fence).toBeGreaterThan(holder.fence);
  });

  it("waitMs: 0 does not pass those who wait", async () => {
    const name = fixture.name();
    const permits = { permits: 2 };
    await client().locks.semaphore(name, permits).acquire();
    const waits = () => client().locks.semaphore(name, permits).acquire({ weight: 2 });
    await enqueue(fixture, name, [waits]);
    await expect(client().locks.semaphore(name, permits).acquire({ waitMs: 0 })).rejects.toMatchObject({
      code: "timeout",
    });
  });

  it("maxWaiters turns away who would wait behind more, and says how long the name has been held", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const wait = () => client().locks.acquire(name, { maxWaiters: 2 });
    const waiting = await enqueue(fixture, name, [wait, wait]);
    const error = await wait().catch((error) => error);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error.position).toBe(0);
    expect(error.heldForMs).toBeGreaterThan(0);
    expect(error.waitedMs).toBeLessThan(2000);
    // Those who have their place keep it.
    await holder.release();
    for (const one of waiting) await (await one).release();
    expect(await client().locks.tryAcquire(name)).not.toBeNull();
  });

  it.each([2, 4, 8])(
    "maxRequests: %i is kept, and the last of them leaves the queue",
    async (maxRequests) => {
      const name = fixture.name();
      await client().locks.acquire(name);
      const { locks, network } = client();
      await (await locks.acquire(fixture.name())).release();
      const caller = new AbortController();
      await enqueue(fixture, name, [() => locks.acquire(name, { signal: caller.signal })]);
      caller.abort();
      await untilWaiting(fixture, name, 0);
      network.clear();
      await expect(locks.acquire(name, { waitMs: 600, maxRequests })).rejects.toMatchObject({
        code: "timeout",
      });
      await untilWaiting(fixture, name, 0);
      const asked = digestRequests(network).map(({ commands: [command] }) => command?.at(-2));
      expect(asked.length, String(asked)).toBeLessThanOrEqual(maxRequests);
      expect(subscriptions(network).length).toBeLessThanOrEqual(1);
      if (way === "polling" && maxRequests === 8) expect(scriptRequests(network).length).toBeGreaterThan(3);
    },
  );

  it("a wait without end is served", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const [waiting] = await enqueue(fixture, name, [
      () => client().locks.acquire(name, { waitMs: Number.POSITIVE_INFINITY }),
    ]);
    await holder.release();
    expect((await waiting)?.fence).toBeGreaterThan(holder.fence);
  });
});
