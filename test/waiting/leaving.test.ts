import { setTimeout as sleep } from "node:timers/promises";
import { type Lease, LockTimeoutError } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { serverMicros } from "../support/server-view.ts";
import { digestRequests, enqueue, grantedAt, look, onEveryWay, PATIENCE, untilWaiting } from "./queue.ts";

onEveryWay("P7 leaving the queue", (fixture, client, way) => {
  it("P7 an aborted waiter rejects with the reason and its place is gone after a round trip", async () => {
    const name = fixture.name();
    await client().locks.acquire(name);
    const caller = new AbortController();
    const { locks, network } = client();
    const [waiting] = await enqueue(fixture, name, [() => locks.acquire(name, { signal: caller.signal })]);
    const before = digestRequests(network).length;
    caller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await untilWaiting(fixture, name, 0);
    expect(digestRequests(network).length).toBe(before + 1);
  });

  it("P7 who leaves from the middle is gone at once, and the others keep their order", async () => {
    const name = fixture.name();
    await client().locks.acquire(name);
    const caller = new AbortController();
    const wait = (metadata: number) => () =>
      client().locks.acquire(name, { metadata, ...(metadata === 2 && { signal: caller.signal }) });
    const [, leaving] = await enqueue(fixture, name, [wait(1), wait(2), wait(3)]);
    caller.abort("enough");
    await expect(leaving).rejects.toBe("enough");
    await untilWaiting(fixture, name, 2);
    expect((await look(fixture, name)).waiters.map(({ metadata }) => metadata)).toEqual([1, 3]);
    await client().locks.forceRelease(name);
  });

  it("P7 a waiter that times out says how long it waited, and leaves", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    await sleep(50);
    const error = await client()
      .locks.acquire(name, { waitMs: 800 })
      .catch((error) => error);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ code: "timeout", lock: name, position: 1 });
    expect(error.waitedMs).toBeGreaterThanOrEqual(800);
    expect(error.heldForMs).toBeGreaterThanOrEqual(50);
    expect(error.freeInMs).toBeGreaterThan(0);
    await untilWaiting(fixture, name, 0);
    await holder.release();
  });

  it("P7 who leaves lets the next one through at once", async () => {
    const name = fixture.name();
    const reader = await client().locks.readWrite(name).read.acquire();
    const caller = new AbortController();
    const [writer, second] = await enqueue(fixture, name, [
      () => client().locks.readWrite(name).write.acquire({ signal: caller.signal }),
      () => client().locks.readWrite(name).read.acquire(),
    ]);
    const before = (await serverMicros(fixture)) / 1000;
    caller.abort();
    await expect(writer).rejects.toBe(caller.signal.reason);
    expect(grantedAt((await second) as Lease) - before).toBeLessThan(1000);
    await reader.release();
  });

  it("P7 who leaves while it is its turn gives the turn on", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const caller = new AbortController();
    // The wake-up comes to a waiter that has just given up.
    const leaving = client();
    const [gone, next] = await enqueue(fixture, name, [
      () => leaving.locks.acquire(name, { signal: caller.signal, claimMs: 5000 }),
      () => client().locks.acquire(name),
    ]);
    leaving.network.fail({ action: "delay-request", delayMs: 100, times: Number.POSITIVE_INFINITY });
    caller.abort();
    await holder.release();
    await expect(gone).rejects.toBe(caller.signal.reason);
    const lease = (await next) as Lease;
    expect(grantedAt(lease) - grantedAt(holder)).toBeLessThan(3000);
  });

  it("P7 the waiter that moves up to the front is served when the holder dies, though the one before it left", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name, { ttlMs: 700 });
    const caller = new AbortController();
    const [gone, next] = await enqueue(fixture, name, [
      () => client().locks.acquire(name, { signal: caller.signal }),
      () => client().locks.acquire(name, { waitMs: 4000 }),
    ]);
    caller.abort();
    await expect(gone).rejects.toBe(caller.signal.reason);
    const delay = grantedAt((await next) as Lease) - grantedAt(holder) - 700;
    expect(delay).toBeGreaterThanOrEqual(-1);
    // Who polls and was not in front looks every half claim window, give or take a quarter.
    expect(delay).toBeLessThan(way === "woken" ? 700 : 1900);
  });

  it("P7 a hundred that leave at once leave nothing", async () => {
    const name = fixture.name();
    await client().locks.acquire(name);
    const { locks } = client();
    const caller = new AbortController();
    const waiting = Array.from({ length: 100 }, () => locks.acquire(name, { signal: caller.signal }));
    const settled = Promise.allSettled(waiting);
    await untilWaiting(fixture, name, 100);
    caller.abort();
    await settled;
    await vi.waitFor(async () => expect((await look(fixture, name)).waiting).toBe(0), PATIENCE);
  });
});
