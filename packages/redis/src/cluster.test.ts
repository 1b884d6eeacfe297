import { createGuard, createLocks, type Locks, type Store } from "@holdfast/core";
import { survey } from "@holdfast/core/commands";
import { type RedisCluster, realRedis, startRedisCluster } from "@holdfast/testing/node";
import calculateSlot from "cluster-key-slot";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ioredisStore } from "./ioredis/index.ts";
import { clusterStores, testClients } from "./test-clients.ts";

const clients = testClients();
let cluster: RedisCluster;
if (realRedis()) {
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  });
  afterAll(() => cluster?.stop());
}

const masterOf = (name: string) => cluster.masterOf(calculateSlot(`{${name}}`));
/** Names of which each master has as many. */
function spread(prefix: string, each = 1): string[] {
  const names = new Map(cluster.masters.map((master) => [master, [] as string[]]));
  for (let i = 0; [...names.values()].some((some) => some.length < each); i++) {
    const some = names.get(masterOf(`${prefix}-${i}`));
    if (some && some.length < each) some.push(`${prefix}-${i}`);
  }
  return [...names.values()].flat();
}

/** Connections to any of the servers that listen. */
async function listeners(): Promise<number> {
  const counts = cluster.masters.map(async (master) => {
    const admin = new Redis(master.port);
    const list = String(await admin.call("CLIENT", "LIST", "TYPE", "pubsub"));
    admin.disconnect();
    return list.split("\n").filter(Boolean).length;
  });
  return (await Promise.all(counts)).reduce((a, b) => a + b, 0);
}

describe.each(Object.entries(clusterStores(clients)))("%s on a cluster", (kind, make) => {
  if (!realRedis()) return;
  const another = async (): Promise<Locks> => createLocks({ store: await make(cluster) });

  test("a hand-over is told, wherever the name lives and the waiter listens", async () => {
    const holding = await another();
    const names = spread(`told-${kind}`, 4);
    const leases = await Promise.all(names.map((name) => holding.acquire(name)));
    // From some moment on it gets no answer to what it asks, so a lease can only come by message.
    let deaf = false;
    const waiting = names.map(async (name) => {
      const store = await make(cluster);
      const run: Store["run"] = (...args) => (deaf ? new Promise(() => {}) : store.run(...args));
      return createLocks({ store: { ...store, run } }).acquire(name, { waitMs: 15_000, ttlMs: 15_000 });
    });
    await vi.waitFor(async () => {
      for (const name of names) expect((await holding.inspect(name)).waiting).toBe(1);
      expect(await listeners()).toBe(names.length);
    }, 10_000);
    deaf = true;
    const released = performance.now();
    await Promise.all(leases.map((lease) => lease.release()));
    await Promise.all(waiting);
    expect(performance.now() - released).toBeLessThan(1000);
  });

  test("twenty who wait for a name in turn need no more requests than on one server", async () => {
    const name = `turns-${kind}`;
    let requests = 0;
    const counted = (store: Store): Store => ({
      ...store,
      run: (...args) => {
        requests++;
        return store.run(...args);
      },
    });
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => createLocks({ store: counted(await make(cluster)) })),
    );
    await Promise.all(all.map((locks) => locks.acquire(`warm-${name}`, { waitMs: 0 }).catch(() => {})));
    requests = 0;
    await Promise.all(
      all.map((locks) =>
        locks.request(name, { waitMs: 20_000 }, () => new Promise((resolve) => setTimeout(resolve, 20))),
      ),
    );
    expect(requests / 20).toBeLessThanOrEqual(2.5);
  });

  test("several names on several servers: all or none, in an order that all share", async () => {
    const [ours, theirs] = [await another(), await another()];
    const names = spread(`several-${kind}`);
    const lease = await ours.acquireAll(names, { ttlMs: 20_000 });
    expect(lease.names).toEqual([...names].sort());
    for (const name of names) expect(await theirs.tryAcquire(name)).toBeNull();
    expect(await lease.extend(30_000)).toBeGreaterThan(20_000);
    await expect(theirs.acquireAll(names, { waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
    const waiting = theirs.acquireAll([...names].reverse(), { waitMs: 10_000 });
    await vi.waitFor(async () => expect((await ours.inspect(lease.name)).waiting).toBe(1), 5000);
    expect(await lease.release()).toBe("released");
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(lease.fence);
    const adopted = ours.adopt(JSON.parse(JSON.stringify(next)));
    expect(await adopted.extend()).toBeGreaterThan(0);
    expect(await adopted.release()).toBe("released");
    for (const name of names) expect(await ours.inspect(name)).toMatchObject({ held: false, waiting: 0 });
  });

  test("P3 acquireAll by attemptId from another process finds the leases of the first", async () => {
    const names = spread(`again-${kind}`);
    const attemptId = `attempt-${kind}`;
    const first = await (await another()).acquireAll(names, { attemptId, ttlMs: 20_000 });
    const second = await (await another()).acquireAll(names, { attemptId, ttlMs: 20_000 });
    expect(second.fence).toBe(first.fence);
    expect(await second.extend(30_000)).toBeGreaterThan(20_000);
    expect(await second.release()).toBe("released");
  });

  test("a list goes over all servers, page by page, and shows each name once", async () => {
    const locks = await another();
    const names = spread(`listed-${kind}`, 10);
    await Promise.all(names.map((name) => locks.acquire(name)));
    const found: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await locks.list({ prefix: `listed-${kind}`, limit: 20, ...(cursor && { cursor }) });
      found.push(...page.locks.map(({ name }) => name));
      cursor = page.cursor;
      pages++;
    } while (cursor);
    expect(pages).toBeGreaterThan(2);
    expect([...new Set(found)].sort()).toEqual([...names].sort());

    const store = await make(cluster);
    const surveyed: string[] = [];
    do {
      const page = await survey(store, "holdfast", { prefix: `listed-${kind}`, ...(cursor && { cursor }) });
      for (const lock of page.locks) expect(lock).toMatchObject({ used: 1, holder: { mode: "exclusive" } });
      surveyed.push(...page.locks.map(({ name }) => name));
      cursor = page.cursor;
    } while (cursor);
    expect([...new Set(surveyed)].sort()).toEqual([...names].sort());
  });

  test("latches, elections and guarded writes work over several servers", async () => {
    const [ours, theirs] = [await another(), await another()];
    for (const name of spread(`modules-${kind}`)) {
      const latch = ours.latch(`${name}-latch`, { count: 1 });
      const opening = latch.wait();
      await theirs.latch(`${name}-latch`, { count: 1 }).countDown();
      await opening;
      const leadership = await ours.election(name).campaign();
      expect((await theirs.election(name).leader())?.fence).toBe(leadership.fence);
      await leadership.resign();
      const guard = createGuard({ store: await make(cluster) });
      expect(await guard.set(`${name}-key`, "value", { fence: leadership.fence })).toMatchObject({
        outcome: "written",
      });
      expect(await guard.set(`${name}-key`, "late", { fence: 1 })).toMatchObject({ outcome: "stale" });
    }
  });

  test("a script that one server has forgotten is brought again", async () => {
    const locks = await another();
    const names = spread(`forgotten-${kind}`);
    for (const name of names) await (await locks.acquire(name)).release();
    const [first] = cluster.masters;
    const admin = clients.ioredis(first as { port: number });
    await admin.script("FLUSH");
    for (const name of names) expect(await (await locks.acquire(name)).release()).toBe("released");
  });

  test("a lease lives on while its slot moves to another server", async () => {
    const locks = await another();
    const name = `moving-${kind}`;
    const key = `holdfast:{${name}}`;
    const slot = calculateSlot(key);
    const from = masterOf(name);
    const to = cluster.masters.find((master) => master !== from) as typeof from;
    const [source, target] = [new Redis(from.port), new Redis(to.port)];
    const [sourceId, targetId] = await Promise.all([
      source.cluster("MYID" as never),
      target.cluster("MYID" as never),
    ]);
    const lease = await locks.acquire(name, { ttlMs: 10_000 });
    await target.call("CLUSTER", "SETSLOT", slot, "IMPORTING", String(sourceId));
    await source.call("CLUSTER", "SETSLOT", slot, "MIGRATING", String(targetId));
    const extending = lease.extend(20_000);
    await source.call("MIGRATE", "127.0.0.1", to.port, key, 0, 5000);
    for (const node of [target, source])
      await node.call("CLUSTER", "SETSLOT", slot, "NODE", String(targetId));
    expect(await extending).toBeGreaterThan(10_000);
    expect(await lease.extend(20_000)).toBeGreaterThan(10_000);
    expect(await locks.tryAcquire(name)).toBeNull();
    expect(await lease.release()).toBe("released");
    expect(await (await another()).tryAcquire(name)).not.toBeNull();
    // Back, for the other tests.
    await source.call("CLUSTER", "SETSLOT", slot, "IMPORTING", String(targetId));
    await target.call("CLUSTER", "SETSLOT", slot, "MIGRATING", String(sourceId));
    const keys = (await target.call("CLUSTER", "GETKEYSINSLOT", slot, 100)) as string[];
    if (keys.length > 0) await target.call("MIGRATE", "127.0.0.1", from.port, "", 0, 5000, "KEYS", ...keys);
    for (const node of [source, target])
      await node.call("CLUSTER", "SETSLOT", slot, "NODE", String(sourceId));
    source.disconnect();
    target.disconnect();
  });

  test("P5 a server that freezes takes its leases along, and no others", async () => {
    const locks = await another();
    const names = spread(`frozen-${kind}`);
    const leases = await Promise.all(names.map((name) => locks.acquire(name, { ttlMs: 1200, renew: true })));
    const [first] = leases;
    const frozen = masterOf((first as { name: string }).name);
    await frozen.kill("SIGSTOP");
    try {
      await vi.waitFor(() => expect(first?.signal.aborted).toBe(true), 3000);
      // The others have been renewed since, in requests of their own.
      await vi.waitFor(
        () => {
          for (const lease of leases.slice(1))
            expect(lease.expiresAt - lease.acquiredAt).toBeGreaterThan(2500);
        },
        { timeout: 4000, interval: 20 },
      );
      for (const lease of leases.slice(1)) expect(lease.signal.aborted).toBe(false);
    } finally {
      await frozen.kill("SIGCONT");
    }
    for (const lease of leases.slice(1)) expect(await lease.release()).toBe("released");
  });
});

describe("a keyPrefix on a cluster", () => {
  if (!realRedis()) return;

  test("goes before all keys of a name, and keeps them together", async () => {
    for (const keyPrefix of ["app:", "{app}:", "{app"]) {
      const locks = createLocks({ store: ioredisStore(clients.ioredisCluster(cluster, { keyPrefix })) });
      const lease = await locks.acquireAll(["a", "b", "c"]);
      expect((await locks.list({ limit: 1000, prefix: "a" })).locks.length).toBeLessThanOrEqual(1);
      expect(await lease.release()).toBe("released");
    }
  });

  test('that has "{}" is refused, and so are guarded keys without a tag', async () => {
    expect(() => ioredisStore(clients.ioredisCluster(cluster, { keyPrefix: "{}" }))).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining("another prefix"),
      }),
    );
    const store = ioredisStore(clients.ioredisCluster(cluster, { keyPrefix: "app:" }));
    const guard = createGuard({ store });
    await expect(guard.set("invoice:42", "paid", { fence: 1 })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("{invoice:42}"),
    });
    expect(await guard.set("{invoice:42}", "paid", { fence: 1 })).toMatchObject({ outcome: "written" });
  });
});
