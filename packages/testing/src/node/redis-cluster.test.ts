import { describe, expect, it } from "vitest";
import { realRedis } from "./engines.ts";
import { exchange } from "./exchange.ts";
import { startRedisCluster } from "./redis-cluster.ts";

describe("startRedisCluster", () => {
  if (!realRedis()) return;

  it("gives servers that serve all slots between them, each its own, and ends them", async () => {
    const cluster = await startRedisCluster({ masters: 3, args: ["--maxclients", "500"] });
    try {
      for (const [key, slot] of [
        ["foo", 12182],
        ["{b}", 3300],
        ["{hello}", 866],
      ] as const) {
        expect(await exchange(cluster.masters[0]?.port ?? 0, `CLUSTER KEYSLOT ${key}\r\n`)).toMatch(
          `:${slot}`,
        );
        for (const master of cluster.masters) {
          const reply = await exchange(master.port, `SET ${key} value\r\n`);
          expect(reply.startsWith("+OK")).toBe(master === cluster.masterOf(slot));
          if (master !== cluster.masterOf(slot))
            expect(reply).toMatch(`-MOVED ${slot} 127.0.0.1:${cluster.masterOf(slot).port}`);
        }
      }
      expect(await exchange(cluster.masters[1]?.port ?? 0, "CONFIG GET maxclients\r\n")).toContain("500");
    } finally {
      await cluster.stop();
    }
    for (const { port } of cluster.masters) expect(await exchange(port, "PING\r\n")).toBe("");
    await cluster.stop();
  });

  it.each([2, 17, 3.5, Number.NaN])("refuses %d masters", async (masters) => {
    await expect(startRedisCluster({ masters })).rejects.toThrow("3 to 16");
  });
});
