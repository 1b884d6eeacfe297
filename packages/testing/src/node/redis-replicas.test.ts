import { describe, expect, it } from "vitest";
import { realRedis } from "./engines.ts";
import { exchange } from "./exchange.ts";
import { startReplicatedRedis } from "./redis-replicas.ts";

describe("startReplicatedRedis", () => {
  if (!realRedis()) return;

  it("gives a replica that is in step, and takes writes once it is promoted", async () => {
    await using redis = await startReplicatedRedis({ replicas: 1 });
    const [replica] = redis.replicas as [typeof redis.primary];
    const ask = async (port: number, ...commands: string[]) =>
      (await exchange(port, commands.map((command) => `${command}\r\n`).join(""))).split("\r\n");
    expect(await ask(redis.primary.port, "SET k v", "WAIT 1 5000")).toContain(":1");
    expect(await ask(replica.port, "GET k")).toContain("v");
    expect((await ask(replica.port, "SET k w"))[0]).toMatch(/^-READONLY/);
    await redis.primary.kill();
    await redis.promote(replica);
    expect((await ask(replica.port, "SET k w"))[0]).toBe("+OK");
    await Promise.all([redis.stop(), redis.stop()]);
    expect(await exchange(replica.port, "PING\r\n")).toBe("");
  });

  it.each([0, 9, 1.5])("has no %s replicas", async (replicas) => {
    await expect(startReplicatedRedis({ replicas })).rejects.toThrow("1 to 8 replicas");
  });
});
