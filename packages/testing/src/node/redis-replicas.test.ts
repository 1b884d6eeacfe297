import { describe, expect, it } from "vitest";
import { realRedis } from "./engines.ts";
import { exchange } from "./exchange.ts";
import { startReplicatedRedis } from "./redis-replicas.ts";

describe("startReplicatedRedis", () => {
  if (!realRedis()) return;

  it("gives a replica that is in step, and takes writes once it is promoted", async () => {
    await using redis = await startReplicatedRedis({ replicas: 1 });
    const [replica] = redis.replicas as [typeof redis.primary];
    expect(await exchange(redis.primary.port, "SET k v\r\nWAIT 1 5000\r\n")).toContain(":1");
    expect(await exchange(replica.port, "SET k w\r\nGET k\r\n")).toMatch(/^-READONLY.*v/s);
    await redis.primary.kill();
    await redis.promote(replica);
    expect(await exchange(replica.port, "SET k w\r\nGET k\r\n")).toMatch(/^\+OK.*w\r/s);
    await Promise.all([redis.stop(), redis.stop()]);
    expect(await exchange(replica.port, "PING\r\n")).toBe("");
  });

  it.each([0, 9, 1.5])("has no %s replicas", async (replicas) => {
    await expect(startReplicatedRedis({ replicas })).rejects.toThrow("1 to 8 replicas");
  });
});
