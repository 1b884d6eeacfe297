import type { Lease } from "@holdfast/core";
import { realRedis, startReplicatedRedis } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { clients, type Kind } from "./clients.ts";

const TTL_MS = 4000;
const ACKS = { acks: { replicas: 1, timeoutMs: 150 } };

describe("the primary dies and its replica takes over", () => {
  if (!realRedis()) return;

  test("what was acknowledged is there with its fence; what was not is lost, and was nobody's with acks", async () => {
    await using redis = await startReplicatedRedis({ replicas: 1 });
    await using made = clients();
    const [replica] = redis.replicas as [typeof redis.primary];
    const admin = new Redis(redis.primary.port);
    admin.on("error", () => {});

    const holding: { kind: Kind; kept: Lease; alone: Lease }[] = [];
    const kinds: Kind[] = ["restStore", "nodeRedisStore"];
    const before = await Promise.all(
      kinds.map(async (kind) => ({
        kind,
        sure: await made.connect(kind, redis.primary, ACKS),
        unsure: await made.connect(kind, redis.primary),
      })),
    );
    const acknowledged: Lease[] = [];
    for (const { kind, sure } of before)
      acknowledged.push(await sure.locks.acquire(`kept-${kind}`, { ttlMs: TTL_MS }));

    // Nothing is on its way to it either.
    await replica.kill("SIGSTOP");
    await admin.client("KILL", "TYPE", "replica");
    for (const [i, { kind, sure, unsure }] of before.entries()) {
      const alone = await unsure.locks.acquire(`alone-${kind}`, { ttlMs: 60_000 });
      await expect(sure.locks.acquire(`refused-${kind}`, { ttlMs: 60_000 })).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("0 of 1 replicas"),
      });
      holding.push({ kind, kept: acknowledged[i] as Lease, alone });
    }
    admin.disconnect();
    await redis.primary.kill();
    await replica.kill("SIGCONT");
    await redis.promote(replica);

    for (const { kind, kept, alone } of holding) {
      const { locks } = await made.connect(kind, replica);
      expect(kept.remainingMs(), "its holder relies on it").toBeGreaterThan(0);
      expect(await locks.tryAcquire(`kept-${kind}`)).toBeNull();
      expect(await locks.inspect(`kept-${kind}`)).toMatchObject({ held: true, lastFence: kept.fence });

      // Two hold it now: only the fence keeps them apart.
      const second = await locks.tryAcquire(`alone-${kind}`);
      expect(alone.signal.aborted).toBe(false);
      expect(alone.remainingMs()).toBeGreaterThan(30_000);
      expect(second?.fence).toBeGreaterThan(alone.fence);

      expect(await locks.tryAcquire(`refused-${kind}`), "nobody else believes to have it").not.toBeNull();
    }
    for (const { kind, kept } of holding) {
      const { locks } = await made.connect(kind, replica);
      const next = await locks.acquire(`kept-${kind}`, { waitMs: 2 * TTL_MS });
      expect(kept.remainingMs(), "not before the first holder's time is over").toBe(0);
      expect(next.fence).toBeGreaterThan(kept.fence);
    }
  });
});
