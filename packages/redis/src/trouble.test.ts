import { createLocks, type LockEvent, type Locks, type Store } from "@holdfast/core";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ioredisStore, nodeRedisStore } from "./index.ts";
import { testClients } from "./test-clients.ts";

// Servers that freeze, crash and come back, and connections that are cut, while somebody holds and somebody waits.

const clients = testClients();
const makers: Record<string, (server: RedisServer) => Promise<Store>> = {
  // Would keep commands for ever, and send them whenever the server is back.
  ioredis: async (server) => ioredisStore(clients.ioredis(server, { maxRetriesPerRequest: null })),
  "node-redis": async (server) => nodeRedisStore(await clients.nodeRedis(server)),
};

describe.each(Object.entries(makers))("over %s", (_, make) => {
  if (!realRedis()) return;
  let server: RedisServer;
  let locks: Locks;
  const events: LockEvent[] = [];
  const another = async () => createLocks({ store: await make(server) });
  beforeEach(async () => {
    events.length = 0;
    server = await startRedisServer({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    locks = createLocks({ store: await make(server), onEvent: (event) => events.push(event) });
    await (await locks.acquire("warm")).release();
  });
  afterEach(() => server.stop());
  const kill = async (type: "normal" | "pubsub") => {
    const admin = clients.ioredis(server);
    await admin.call("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
    admin.disconnect();
  };

  test("P4 a frozen server fails the acquire within its lease, and what it does later is taken back", async () => {
    await server.kill("SIGSTOP");
    const started = performance.now();
    await expect(locks.tryAcquire("frozen", { ttlMs: 600 })).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - started).toBeLessThan(1500);
    const caller = new AbortController();
    const waiting = locks.acquire("frozen", { ttlMs: 60_000, waitMs: 60_000, signal: caller.signal });
    setTimeout(() => caller.abort("enough"), 50);
    await expect(waiting).rejects.toBe("enough");
    await server.kill("SIGCONT");
    const watch = await another();
    await vi.waitFor(
      async () => expect(await watch.inspect("frozen")).toMatchObject({ held: false, waiting: 0 }),
      5000,
    );
    expect(await watch.tryAcquire("frozen")).not.toBeNull();
  });

  test("P4 what the client kept while the server was away does no harm when it is back", async () => {
    await server.kill();
    const started = performance.now();
    const acquiring = ["a", "b", "c"].map((name) => locks.acquire(name, { ttlMs: 60_000, waitMs: 700 }));
    for (const outcome of await Promise.allSettled(acquiring))
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    expect(performance.now() - started).toBeLessThan(2500);
    await server.restart();
    const watch = await another();
    for (const name of ["a", "b", "c"])
      await vi.waitFor(async () => {
        const lease = await watch.tryAcquire(name, { ttlMs: 500 });
        expect(lease).not.toBeNull();
      }, 8000);
    // Whatever is still on its way gives nobody a lease.
    await vi.waitFor(async () => {
      for (const name of ["a", "b", "c"])
        expect(await watch.inspect(name)).toMatchObject({ held: false, waiting: 0 });
    }, 8000);
  });

  test("P1 a server that restarts with its data: the holder goes on, the waiter comes after it", async () => {
    const lease = await locks.acquire("kept", { ttlMs: 6000, renew: true });
    const theirs = await another();
    const waiting = theirs.acquire("kept", { waitMs: 20_000 });
    await vi.waitFor(async () => expect((await locks.inspect("kept")).waiting).toBe(1), 5000);
    await server.kill();
    await server.restart();
    await vi.waitFor(async () => expect((await locks.inspect("kept")).waiting).toBe(1), 5000);
    expect(await lease.extend()).toBeGreaterThan(3000);
    expect(lease.signal.aborted).toBe(false);
    expect(await lease.release()).toBe("released");
    expect((await waiting).fence).toBeGreaterThan(lease.fence);
  });

  test("P5 a server that lost its data: the holder learns it, the fence grows", async () => {
    const lease = await locks.acquire("lost", { ttlMs: 6000 });
    const admin = clients.ioredis(server);
    await admin.flushall();
    admin.disconnect();
    const next = await (await another()).acquire("lost");
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost" });
    expect(next.fence).toBeGreaterThan(lease.fence);
  });

  test("connections that are killed cost nobody a lease or a place", async () => {
    const lease = await locks.acquire("cut", { ttlMs: 3000, renew: true });
    const theirs = await another();
    const waiting = theirs.acquire("cut", { waitMs: 20_000 });
    await vi.waitFor(async () => expect((await locks.inspect("cut")).waiting).toBe(1), 5000);
    for (const type of ["normal", "pubsub", "normal"] as const) {
      await kill(type);
      await vi.waitFor(async () => expect(await lease.extend()).toBeGreaterThan(0), 3000);
    }
    expect((await locks.inspect("cut")).waiting).toBe(1);
    expect(await lease.release()).toBe("released");
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(lease.fence);
    expect(events.filter(({ type }) => type === "lost")).toEqual([]);
  });
});
