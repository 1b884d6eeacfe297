import { expect, it } from "vitest";
import { standsStallsAndCuts } from "./support/broken-network.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

onRealProcesses("the network between the gateway and redis-server", () => {
  standsStallsAndCuts((scene) => scene.toRedis);

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
