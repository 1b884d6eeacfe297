import { createLocks } from "@holdfast/core";
import { type RedisServer, realRedis, startRedisCluster } from "@holdfast/testing/node";
import calculateSlot from "cluster-key-slot";
import { Redis } from "ioredis";
import { describe, expect, test, vi } from "vitest";
import { clusterStores, testClients } from "./test-clients.ts";

const clients = testClients();

describe("a cluster in trouble", () => {
  if (!realRedis()) return;
  const kinds = Object.values(clusterStores(clients));

  test("who listens finds another server when one is gone", async () => {
    await using crippled = await startRedisCluster({ args: ["--cluster-require-full-coverage", "no"] });
    const stores = await Promise.all([...kinds, ...kinds, ...kinds, ...kinds].map((make) => make(crippled)));
    await crippled.masters[0]?.kill();
    const speaker = new Redis(crippled.masters[1]?.port ?? 0);
    for (const [i, store] of stores.entries()) {
      const stop = new AbortController();
      const heard: string[] = [];
      await store.subscribe?.(`channel-${i}`, (message) => heard.push(message), stop.signal);
      await speaker.publish(`channel-${i}`, "hello");
      await vi.waitFor(() => expect(heard).toEqual(["hello"]), 5000);
      stop.abort();
    }
    speaker.disconnect();
  });

  test("P4 a cluster that is down fails in time, and works again when it is back", async () => {
    await using fragile = await startRedisCluster({ args: ["--cluster-node-timeout", "500"] });
    const [first, second] = fragile.masters as [RedisServer, RedisServer];
    const locks = await Promise.all(kinds.map(async (make) => createLocks({ store: await make(fragile) })));
    const alive = Array.from({ length: 200 }, (_, i) => `down-${i}`).filter(
      (name) => fragile.masterOf(calculateSlot(name)) === second,
    );
    const leases = await Promise.all(
      locks.map((mine, i) => mine.acquire(alive[i] as string, { ttlMs: 20_000 })),
    );
    const admin = new Redis(second.port);
    const untilState = (state: string) =>
      vi.waitFor(
        async () => expect(await admin.call("CLUSTER", "INFO")).toContain(`cluster_state:${state}`),
        {
          timeout: 10_000,
        },
      );
    await first.kill();
    await untilState("fail");
    const started = performance.now();
    const failing = locks.map((mine) => mine.acquire("any", { waitMs: 1000 }));
    for (const outcome of await Promise.allSettled(failing))
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    expect(performance.now() - started).toBeLessThan(2500);
    await first.restart();
    await untilState("ok");
    admin.disconnect();
    for (const lease of leases) {
      await vi.waitFor(async () => expect(await lease.extend()).toBeGreaterThan(10_000), 5000);
      expect(await lease.release()).toBe("released");
    }
    for (const mine of locks)
      await vi.waitFor(async () => {
        await (await mine.acquireAll(["a", "b", "c", "d"])).release();
      }, 5000);
  });
});
