import { expect, it, vi } from "vitest";
import { startLoad } from "./support/load.ts";
import { onRealProcesses, type Scene, startScene } from "./support/scene.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };

/** Channels that somebody hears wake-ups on. */
async function heard({ redis }: Scene): Promise<string[]> {
  return (await redis.pubsub("CHANNELS", "*:wake:*")) as string[];
}

onRealProcesses("redis-server drops its connections under load (CLIENT KILL)", () => {
  it.each(["normal", "pubsub"])("everybody gets a turn while those of type %s are killed", async (type) => {
    await using scene = await startScene();
    const clients = Array.from({ length: 5 }, () => scene.client());
    await using load = startLoad(clients, "killed");
    let killed = 0;
    for (let kills = 0; kills < 8; kills++) {
      await load.more(6);
      killed += Number(await scene.redis.client("KILL", "TYPE", type));
    }
    await load.more(10);
    await load.stop();
    expect(killed).toBeGreaterThanOrEqual(8);
    expect(load.failures).toEqual([]);
    expect(load.holds.overlaps()).toEqual([]);
    expect(load.holds.fences()).toEqual(load.holds.fences().toSorted((a, b) => a - b));
    for (const { events } of clients)
      expect(events.filter(({ type }) => type === "acquired")).not.toEqual([]);
  });

  it("a waiter's stream is opened again, and its turn comes over it", async () => {
    await using scene = await startScene();
    const holder = scene.client();
    const lease = await holder.locks.acquire("stream");
    let requests = 0;
    const waiter = scene.client({
      fetch: (...request) => {
        requests++;
        return fetch(...request);
      },
    });
    const turn = waiter.locks.acquire("stream", { waitMs: 15_000 });
    await vi.waitFor(async () => expect(await heard(scene)).toHaveLength(1), PATIENCE);
    const [channel] = await heard(scene);
    for (let kills = 0; kills < 2; kills++) {
      await scene.redis.client("KILL", "TYPE", "pubsub");
      await vi.waitFor(async () => expect(await heard(scene)).toEqual([channel]), PATIENCE);
    }
    await lease.release();
    const next = await turn;
    expect(next.fence).toBeGreaterThan(lease.fence);
    await next.release();
    expect(requests).toBeLessThan(40);
  });
});
