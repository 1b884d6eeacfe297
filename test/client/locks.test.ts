import type { Locks } from "@holdfast/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RunningService, startService } from "./service.ts";

// The locks of core over the lock service: one and the same code runs on both.

describe("the client is core's Locks", () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service?.[Symbol.asyncDispose]());

  const untilWaiting = (name: string, count: number) =>
    vi.waitFor(async () => expect((await service.beside.inspect(name)).waiting).toBe(count), 5000);

  it("a mutex: held, extended, converted to JSON and adopted, released", async () => {
    const name = service.name();
    const { client } = service.client();
    const lease = await client.acquire(name, { ttlMs: 20_000, metadata: { who: "a b" } });
    expect(await service.beside.tryAcquire(name)).toBeNull();
    expect(await client.tryAcquire(name)).toBeNull();
    expect((await service.beside.inspect(name)).holders).toMatchObject([
      { fence: lease.fence, metadata: { who: "a b" } },
    ]);
    const inspected = await client.inspect(name);
    expect(inspected).toMatchObject({ held: true, kind: "mutex", holders: [{ fence: lease.fence }] });
    expect(Math.abs((inspected.holders[0]?.expiresAt ?? 0) - lease.expiresAt)).toBeLessThan(1000);
    const adopted = service.client().client.adopt(JSON.parse(JSON.stringify(lease)));
    expect(await adopted.extend(30_000)).toBeGreaterThan(25_000);
    expect(await adopted.release()).toBe("released");
    expect(await lease.extend().catch((error) => error)).toMatchObject({ code: "lost", reason: "taken" });
    expect(await lease.release()).toBe("lost");
  });

  it("P6 waiters are served in order, each by a wake-up", async () => {
    const name = service.name();
    const first = await service.client().client.acquire(name);
    const served: number[] = [];
    const waiters: Promise<unknown>[] = [];
    const clients = [0, 1, 2].map(() => service.client());
    for (const [i, { client }] of clients.entries()) {
      waiters.push(
        client.request(name, { waitMs: 15_000 }, () => {
          served.push(i);
        }),
      );
      await untilWaiting(name, i + 1);
    }
    const before = clients.map(({ network }) => network.requests.length);
    await first.release();
    await Promise.all(waiters);
    expect(served).toEqual([0, 1, 2]);
    // Told by the stream: what each still sent is its release, and a look when its stream opened late.
    for (const [i, { network }] of clients.entries())
      expect(network.requests.length - (before[i] ?? 0)).toBeLessThanOrEqual(3);
    expect((await service.beside.inspect(name)).held).toBe(false);
  });

  it("gives up after waitMs, and leaves the queue", async () => {
    const name = service.name();
    await using _held = await service.beside.acquire(name);
    const { client } = service.client();
    await expect(client.acquire(name, { waitMs: 0 })).rejects.toMatchObject({ code: "timeout", lock: name });
    await expect(client.acquire(name, { waitMs: 300 })).rejects.toMatchObject({
      code: "timeout",
      position: 1,
    });
    await untilWaiting(name, 0);
    await expect(client.acquire(name, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    const ending = new AbortController();
    const waiting = client.acquire(name, { signal: ending.signal });
    await untilWaiting(name, 1);
    ending.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await untilWaiting(name, 0);
  });

  it("read/write locks, with both conversions", async () => {
    const { client } = service.client();
    const lock = client.readWrite(service.name());
    const [one, two] = [await lock.read.acquire(), await lock.read.acquire()];
    expect(await lock.write.tryAcquire()).toBeNull();
    await expect(lock.upgrade(one)).rejects.toMatchObject({ code: "refused" });
    await two.release();
    const fence = one.fence;
    await lock.upgrade(one);
    expect([one.mode, one.fence > fence]).toEqual(["exclusive", true]);
    expect(await lock.read.tryAcquire()).toBeNull();
    await lock.downgrade(one);
    const beside = await lock.read.acquire();
    expect(await beside.release()).toBe("released");
    expect(await one.release()).toBe("released");
    await expect(lock.downgrade(one)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("semaphores, with weights and another number of permits", async () => {
    const { client } = service.client();
    const name = service.name();
    const pool = client.semaphore(name, { permits: 3 });
    const two = await pool.acquire({ weight: 2 });
    const one = await pool.acquire();
    expect(await pool.tryAcquire()).toBeNull();
    await pool.resize(4);
    const more = await pool.acquire();
    await Promise.all([one, two, more].map((lease) => lease.release()));
    await expect(client.semaphore(name, { permits: 3 }).acquire()).rejects.toMatchObject({
      code: "kind-mismatch",
    });
    await expect(client.acquire(name)).rejects.toMatchObject({ code: "kind-mismatch" });
  });

  it("several names, all or none, at once or in turn; also more of them than fit into a request", async () => {
    const { client } = service.client();
    const names = [service.name(), service.name(), service.name()];
    const all = await client.acquireAll(names, { ttlMs: 20_000 });
    for (const name of names) expect(await client.tryAcquire(name)).toBeNull();
    await expect(client.acquireAll([...names].reverse(), { waitMs: 0 })).rejects.toMatchObject({
      code: "timeout",
    });
    const next = client.acquireAll(names);
    await untilWaiting(names[0] ?? "", 1);
    expect(await all.release()).toBe("released");
    const joined = await next;
    expect(joined.fence).toBeGreaterThan(all.fence);
    expect(await joined.release()).toBe("released");

    const long = Array.from({ length: 40 }, (_, i) => `${service.name()}-${i}-${"ü".repeat(400)}`);
    const many = await client.acquireAll(long, { ttlMs: 30_000 });
    expect(await many.extend(40_000)).toBeGreaterThan(30_000);
    expect((await service.beside.inspect(long[39] ?? "")).held).toBe(true);
    expect(await many.release()).toBe("released");
    expect((await service.beside.inspect(long[39] ?? "")).held).toBe(false);
  });

  it("a latch, an election, a list, a steal and a forced release", async () => {
    const { client } = service.client();
    const latch = client.latch(service.name(), { count: 2 });
    const opened = latch.wait();
    expect(await latch.countDown()).toBe(1);
    expect(await latch.remaining()).toBe(1);
    expect(await latch.countDown()).toBe(0);
    await opened;

    const leadership = await client.election(service.name()).campaign();
    expect(leadership.fence).toBeGreaterThan(0);
    expect(await leadership.resign()).toBe("released");

    const name = service.name();
    const lease = await client.acquire(name);
    const page = await client.list({ prefix: name });
    expect(page.locks.map((lock) => lock.name)).toEqual([name]);
    const stolen = await client.acquire(name, { steal: true });
    expect(stolen.fence).toBeGreaterThan(lease.fence);
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost" });
    expect(await client.forceRelease(name)).toBe(true);
    expect(await client.forceRelease(name)).toBe(false);
    await expect(stolen.extend()).rejects.toMatchObject({ code: "lost" });
  });

  it("P8 a renewed lease outlives its TTL, and P5 a silent service does not keep its loss from being told", async () => {
    const name = service.name();
    const { client, network } = service.client();
    const lease = await client.acquire(name, { ttlMs: 700, renew: true });
    await vi.waitFor(() => expect(network.requests.length).toBeGreaterThanOrEqual(4), 5000);
    expect(lease.remainingMs()).toBeGreaterThan(0);
    network.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    const lost = await new Promise((resolve) =>
      lease.signal.addEventListener("abort", () => resolve(lease.signal.reason)),
    );
    expect(lost).toMatchObject({ code: "lost", reason: "expired", fence: lease.fence });
    network.clear();
  });

  it("hostile names are names, and those that no URL can carry are refused before anything is sent", async () => {
    const { client, network } = service.client();
    const suffix = service.name();
    for (const name of ["a/../b", "%2F", "ä?#&=+ ", "..%2f", "line\nbreak\r\0", '"{}"', "日本", "...", "𝕏"]) {
      const lease = await client.acquire(name + suffix, { ttlMs: 20_000 });
      expect((await service.beside.inspect(name + suffix)).held).toBe(true);
      expect(await lease.release()).toBe("released");
    }
    const before = network.requests.length;
    for (const name of [".", "..", "\ud800", ""])
      await expect(client.acquire(name)).rejects.toMatchObject({ code: "invalid-argument" });
    expect(network.requests.length).toBe(before);
  });

  it("a tenant's locks are others than those of the same name", async () => {
    const name = service.name();
    const acme = service.client({ tenant: "acme" }).client;
    await using _ours = await service.client().client.acquire(name);
    await using theirs = await acme.acquire(name);
    expect((await acme.inspect(name)).lastFence).toBe(theirs.fence);
  });

  it("the same function runs on core's Locks and on the client, and does the same", async () => {
    const work = async (locks: Locks, name: string) => {
      const fences: number[] = [];
      const total = await locks.request(name, { ttlMs: 5000, waitMs: 5000 }, async (lease) => {
        fences.push(lease.fence);
        const inner = await locks.acquire(name, { within: lease });
        await inner.release();
        return (await locks.inspect(name)).used;
      });
      const permits = locks.semaphore(`${name}:pool`, { permits: 2 });
      const held = await Promise.all([permits.acquire(), permits.acquire()]);
      const third = await permits.tryAcquire();
      for (const lease of held) await lease.release();
      const again = await locks.tryAcquire(name);
      const outcome = await again?.release();
      const late = await locks.acquire(name, { waitMs: 0, ttlMs: 5 }).catch((error) => error.code);
      return {
        total,
        third,
        outcome,
        late,
        fences: fences.length,
        grew: (again?.fence ?? 0) > (fences[0] ?? 0),
      };
    };
    const name = service.name();
    const here = await work(service.client().client, name);
    expect(here).toEqual(await work(service.beside, name));
    expect(here).toEqual({
      total: 1,
      third: null,
      outcome: "released",
      late: "invalid-argument",
      fences: 1,
      grew: true,
    });
  });
});
