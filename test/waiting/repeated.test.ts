import type { Lease } from "@holdfast/core";
import type { RecordedRequest } from "@holdfast/testing";
import { expect, it } from "vitest";
import type { Client } from "../support/fixture.ts";
import { enqueue, eventually, look, onEveryWay, scriptRequests, untilWaiting } from "./queue.ts";

onEveryWay("P3 requests of a wait that are executed again", (fixture, client) => {
  const stripped = async (name: string) => {
    const { held, used, waiting, lastFence, holders, waiters } = await look(fixture, name);
    return {
      held,
      used,
      waiting,
      lastFence,
      holders: holders.map(({ fence }) => fence),
      waiters: waiters.length,
    };
  };
  const repeatAll = async (requests: readonly RecordedRequest[]) => {
    for (const request of requests) await fixture.deliver(request);
  };
  const permits = { permits: 3 };
  const twice: typeof fetch = async (input, init) => {
    if (!String(input).includes("/subscribe/")) await (await fetch(input, init)).arrayBuffer();
    return fetch(input, init);
  };

  it("P3 everything twice at once: one place, one grant, nothing left", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const waits = () => client({ fetch: twice }).locks.acquire(name);
    const waiting = await enqueue(fixture, name, [waits, waits, waits]);
    await holder.release();
    const fences: number[] = [];
    for (const one of waiting) {
      const lease = await one;
      fences.push(lease.fence);
      expect(await lease.release()).toBe("released");
    }
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    expect(await stripped(name)).toMatchObject({ held: false, used: 0, waiting: 0 });
  });

  it("P3 every request of a wait again, at every later stage of it, changes nothing", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const waiter: Client = client();
    const [waiting] = await enqueue(fixture, name, [() => waiter.locks.acquire(name, { claimMs: 5000 })]);
    const repeated = async () => {
      const before = await stripped(name);
      await repeatAll(scriptRequests(waiter.network).filter(({ commands: [c] }) => c?.includes("wait")));
      expect(await stripped(name)).toEqual(before);
    };
    await repeated();
    await holder.release();
    const lease = (await waiting) as Lease;
    await repeated();
    await lease.release();
    await repeated();
    const next = await client().locks.acquire(name);
    await repeated();
    await next.release();
    await repeatAll(scriptRequests(waiter.network));
    expect(await stripped(name)).toMatchObject({ held: false, used: 0, waiting: 0 });
  });

  it("P3 a place in the queue that is asked for after it was taken back is not given", async () => {
    const name = fixture.name();
    await client().locks.acquire(name, { ttlMs: 60_000 });
    const waiter = client();
    const caller = new AbortController();
    // The request that would queue never arrives; the one that takes it back does.
    waiter.network.fail({ action: "hang", when: ([command]) => command?.includes("wait") ?? false });
    const waiting = waiter.locks.acquire(name, { signal: caller.signal });
    waiting.catch(() => {});
    await eventually(
      () => scriptRequests(waiter.network).findLast(({ commands: [c] }) => c?.includes("wait")),
      (seen) => seen.toBeDefined(),
    );
    const late = scriptRequests(waiter.network).findLast(({ commands: [c] }) => c?.includes("wait"));
    const before = scriptRequests(waiter.network).length;
    caller.abort("gave up");
    await expect(waiting).rejects.toBe("gave up");
    await eventually(
      () => scriptRequests(waiter.network).length,
      (seen) => seen.toBeGreaterThan(before),
    );
    await eventually(
      async () => (await stripped(name)).waiting,
      (seen) => seen.toBe(0),
    );
    // The abort may still be on its way to the server when it is first seen to be over.
    await repeatAll(scriptRequests(waiter.network).slice(before));
    await fixture.deliver(late as RecordedRequest);
    expect((await stripped(name)).waiting).toBe(0);
  });

  it("P3 a tryAcquire whose first request came too late is taken back", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const { locks, network } = client({ timeoutMs: 200 });
    await (await locks.acquire(fixture.name())).release();
    network.fail({ action: "delay-request", delayMs: 450 });
    expect(await locks.tryAcquire(name)).toBeNull();
    await holder.release();
    await eventually(
      () => scriptRequests(network).length,
      (seen) => seen.toBeGreaterThan(2),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await stripped(name)).toMatchObject({ held: false, used: 0 });
  });

  it("P3 two processes that wait with one attemptId take one permit, and give it back once", async () => {
    const name = fixture.name();
    const holder = await client().locks.semaphore(name, permits).acquire({ weight: 3 });
    const waits = () =>
      client().locks.semaphore(name, permits).acquire({ attemptId: "attempt-of-two", waitMs: 1500 });
    const started = [waits()];
    await untilWaiting(fixture, name, 1);
    started.push(waits());
    const outcomes = Promise.allSettled(started);
    await eventually(
      async () => (await stripped(name)).waiting,
      (seen) => seen.toBeGreaterThan(0),
    );
    await holder.release();
    await eventually(
      async () => (await stripped(name)).used,
      (seen) => seen.toBe(1),
    );
    for (const outcome of await outcomes)
      if (outcome.status === "fulfilled") await outcome.value.release().catch(() => {});
    await eventually(
      async () => (await stripped(name)).used,
      (seen) => seen.toBe(0),
    );
    expect(await client().locks.semaphore(name, permits).tryAcquire({ weight: 3 })).not.toBeNull();
  });
});
