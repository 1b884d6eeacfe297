import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocks, type Locks } from "@holdfast/core";
import { ioredisStore } from "@holdfast/redis/ioredis";
import { nodeRedisStore } from "@holdfast/redis/node-redis";
import { type RedisServer, realRedis, redisServerPath, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { createSentinel } from "redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "../../packages/testing/src/node/free-port.ts";
import { type Reaper, startReaper } from "../../packages/testing/src/node/reaper.ts";

// A real Sentinel over a master and a replica: the clients find the master by it, the connection that listens does too,
// and both follow a failover.

describe("behind a Sentinel", () => {
  if (!realRedis()) return;
  const stack = new AsyncDisposableStack();
  let master: RedisServer;
  let replica: RedisServer;
  const locks: Record<string, Locks> = {};
  const client = (kind: string) => locks[kind] as Locks;

  beforeAll(async () => {
    master = stack.use(await startRedisServer());
    replica = stack.use(await startRedisServer({ args: ["--replicaof", `127.0.0.1 ${master.port}`] }));
    const port = await startSentinel(master.port, stack);
    const sentinels = [{ host: "127.0.0.1", port }];

    for (const kind of ["ioredis", "another ioredis"]) {
      const redis = new Redis({ sentinels, name: "main" });
      redis.on("error", () => {});
      stack.defer(() => redis.disconnect());
      await redis.ping();
      locks[kind] = createLocks({ store: ioredisStore(redis) });
    }
    const sentinel = createSentinel({ name: "main", sentinelRootNodes: sentinels });
    sentinel.on("error", () => {});
    await sentinel.connect();
    stack.defer(() => sentinel.destroy());
    locks["node-redis"] = createLocks({ store: nodeRedisStore(sentinel) });
  });
  afterAll(() => stack.disposeAsync());

  test.each(["ioredis", "node-redis"])("%s holds, waits and lists", async (kind) => {
    const name = `sentinel-${kind}`;
    const lease = await client("another ioredis").acquire(name);
    const waiting = client(kind).acquire(name);
    await vi.waitFor(async () => expect((await client(kind).inspect(name)).waiting).toBe(1), 5000);
    expect((await client(kind).list({ prefix: name })).locks).toMatchObject([{ name, held: true }]);
    expect(await lease.release()).toBe("released");
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(lease.fence);
    expect(await next.extend()).toBeGreaterThan(0);
    expect(await next.release()).toBe("released");
  });

  test("after a failover all of them are at the new master, and fences have grown", async () => {
    const name = "failover";
    const before = await client("ioredis").acquire(name, { ttlMs: 2000 });
    const admin = new Redis(replica.port);
    await vi.waitFor(async () => expect(await admin.info("replication")).toContain("master_link_status:up"), {
      timeout: 10_000,
    });
    await master.kill();
    await vi.waitFor(async () => expect(await admin.info("replication")).toContain("role:master"), {
      timeout: 20_000,
      interval: 50,
    });
    admin.disconnect();
    let fence = before.fence;
    for (const kind of ["ioredis", "node-redis", "another ioredis"]) {
      const lease = await vi.waitFor(() => client(kind).acquire(name, { waitMs: 4000, ttlMs: 4000 }), {
        timeout: 15_000,
      });
      expect(lease.fence).toBeGreaterThan(fence);
      fence = lease.fence;
      expect(await lease.release()).toBe("released");
    }
  }, 60_000);
});

/** A Sentinel process that this one does not outlive. Its port. */
async function startSentinel(masterPort: number, stack: AsyncDisposableStack): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-sentinel-"));
  const port = await freePort();
  const config = join(folder, "sentinel.conf");
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${masterPort} 1`,
    "sentinel down-after-milliseconds main 500",
    "sentinel failover-timeout main 2000",
  ];
  await writeFile(config, `${lines.join("\n")}\n`);
  const reaper: Reaper = startReaper(folder);
  const child: ChildProcess = spawn(redisServerPath() as string, [config, "--sentinel"], { stdio: "ignore" });
  reaper.watch(child.pid);
  child.once("exit", () => reaper.watch(undefined));
  child.unref();
  // The reaper removes the folder, too.
  stack.defer(() => void child.kill("SIGKILL"));
  const probe = new Redis(port, { maxRetriesPerRequest: null });
  probe.on("error", () => {});
  // The replica is known once the master has been asked for its own.
  await vi.waitFor(async () => expect(await probe.call("SENTINEL", "replicas", "main")).toHaveLength(1), {
    timeout: 15_000,
    interval: 50,
  });
  probe.disconnect();
  return port;
}
