import { expect, it } from "vitest";
import { startLoad } from "./support/load.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";
import { passesOver } from "./support/stoppage.ts";

onRealProcesses("the network between the gateway and redis-server", () => {
  // Side by side, since they mostly wait.
  it.concurrent.each(["up", "down", "both"] as const)(
    "P1 P5 stalls (%s) for longer than a lease lasts",
    async (way) => {
      await using scene = await startScene();
      await passesOver(
        scene,
        () => scene.toRedis.stall(way),
        () => scene.toRedis.resume(),
      );
    },
  );

  it("P3 breaks under load: everybody gets a turn, and nobody with somebody else", async () => {
    await using scene = await startScene();
    const clients = Array.from({ length: 5 }, () => scene.client());
    await using load = startLoad(clients, "broken");
    for (let cuts = 0; cuts < 8; cuts++) {
      await load.more(6);
      scene.toRedis.cut();
    }
    await load.more(6);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.holds.overlaps()).toEqual([]);
    expect(load.holds.fences()).toEqual(load.holds.fences().toSorted((a, b) => a - b));
  });

  it("P4 an acquire whose answer is stuck there fails in time and leaves nothing", async () => {
    await using scene = await startScene();
    const { locks } = await scene.warmClient({ timeoutMs: 300, retry: { retries: 1 } });
    scene.toRedis.stall("down");
    await expect(locks.acquire("stuck", { ttlMs: 60_000 })).rejects.toMatchObject({ code: "unavailable" });
    expect(await scene.redis.exists("holdfast:{stuck}")).toBe(1);
    scene.toRedis.resume();
    const lease = await scene.client().locks.acquire("stuck", { waitMs: 10_000 });
    expect(lease.remainingMs()).toBeGreaterThan(0);
  });
});
