import { expect, it, vi } from "vitest";
import { standsStallsAndCuts } from "./support/broken-network.ts";
import { Holds } from "./support/holds.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

const HASTY = { timeoutMs: 300, retry: { retries: 1 } };
const UNAVAILABLE = { code: "unavailable" };

onRealProcesses("the network between clients and the gateway", () => {
  standsStallsAndCuts((scene) => scene.toGateway);

  it("P4 a lock that was granted to somebody who is not reached is free when he is", async () => {
    await using scene = await startScene();
    const elsewhere = scene.client({ direct: true });
    const { locks } = await scene.warmClient(HASTY);
    scene.toGateway.stall("down");
    await expect(locks.acquire("unreached", { ttlMs: 60_000 })).rejects.toMatchObject(UNAVAILABLE);
    expect((await elsewhere.locks.inspect("unreached")).lastFence).toBeGreaterThan(0);
    scene.toGateway.resume();
    const lease = await elsewhere.locks.acquire("unreached", { waitMs: 10_000 });
    expect(lease.remainingMs()).toBeGreaterThan(0);
  });

  it("P4 requests that arrive after their sender gave up leave nothing", async () => {
    await using scene = await startScene();
    const elsewhere = scene.client({ direct: true });
    const { locks } = await scene.warmClient(HASTY);
    scene.toGateway.stall("up");
    await expect(locks.acquire("late", { ttlMs: 60_000 })).rejects.toMatchObject(UNAVAILABLE);
    expect(await elsewhere.locks.inspect("late")).toMatchObject({ held: false, lastFence: 0 });
    const { requests } = await scene.gateway.meter.read();
    scene.toGateway.resume();
    // Its two acquires arrive, and what takes them back, in whatever order.
    await vi.waitFor(async () =>
      expect((await scene.gateway.meter.read()).requests).toBeGreaterThanOrEqual(requests + 3),
    );
    const lease = await elsewhere.locks.acquire("late", { waitMs: 10_000 });
    expect(lease.remainingMs()).toBeGreaterThan(0);
  });

  it("P1 a wake-up that arrives after its claim window is no grant", async () => {
    await using scene = await startScene();
    const holds = new Holds();
    const elsewhere = scene.client({ direct: true });
    const untilWaiting = async (name: string, count: number) =>
      vi.waitFor(async () => expect((await elsewhere.locks.inspect(name)).waiting).toBe(count), 5000);
    const options = { waitMs: 15_000, claimMs: 400 };
    // Who waits for something else has its stream open, and sleeps from the moment it has its place.
    const { locks } = scene.client();
    const leases = [await elsewhere.locks.acquire("other"), await elsewhere.locks.acquire("woken")];
    const other = locks.acquire("other", options);
    await untilWaiting("other", 1);
    await vi.waitFor(async () => expect(await scene.redis.pubsub("CHANNELS", "*:wake:*")).toHaveLength(1));
    const late = locks.request("woken", options, (turn) => holds.during(turn, async () => turn.fence));
    await untilWaiting("woken", 1);
    const behind = scene.client({ direct: true }).locks.acquire("woken", options);
    await untilWaiting("woken", 2);

    scene.toGateway.stall("down");
    await leases[1]?.release();
    const turn = await behind;
    await holds.during(turn, async () => {
      scene.toGateway.resume();
      // It finds its grant of then, and takes a place once more.
      await untilWaiting("woken", 1);
    });
    await turn.release();
    expect(await late).toBeGreaterThan(turn.fence);
    expect(holds.overlaps()).toEqual([]);
    await leases[0]?.release();
    await (await other).release();
  });
});
