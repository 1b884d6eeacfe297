import { expect, it, vi } from "vitest";
import { willLosePower } from "./support/power-loss.ts";
import { onRealProcesses, PATIENT, type Scene, startScene } from "./support/scene.ts";
import { laterIsGuarded } from "./support/two-holders.ts";

const EVERY_SECOND = ["--appendonly", "yes", "--appendfsync", "everysec"];

/** Somebody has the lock, of which the server knows nothing any more; somebody else has it too. */
async function twoHolders(scene: Scene, name: string) {
  // A fence of before, which a count of grants would go on from.
  await (await scene.client().locks.acquire(name)).release();
  const losePower = await willLosePower(scene);
  const first = scene.client();
  const older = await first.locks.acquire(name, { ttlMs: 20_000, renew: true });
  await losePower();
  const second = scene.client();
  const later = await second.locks.acquire(name);
  return { first, older, second, later };
}

onRealProcesses("P2 redis-server loses its last second (appendfsync everysec)", () => {
  it("survives the crash of its process with everything", async () => {
    await using scene = await startScene(EVERY_SECOND);
    const lease = await scene.client().locks.acquire("crashed");
    await scene.server.kill();
    await scene.server.restart();
    expect(await scene.client().locks.tryAcquire("crashed")).toBeNull();
    expect(await lease.release()).toBe("released");
  });

  it("P2 two may hold at a time, the fence of the later is greater, and a guard refuses the older", async () => {
    await using scene = await startScene(EVERY_SECOND);
    const { first, older, second, later } = await twoHolders(scene, "forgotten");
    await laterIsGuarded({ client: first, lease: older }, { client: second, lease: later });
    expect(await scene.redis.get("data")).toBe("later");
  });

  it("P5 the older holder is told when it asks, and takes nothing from the later", async () => {
    await using scene = await startScene(EVERY_SECOND);
    const { older, later } = await twoHolders(scene, "forgotten");
    await expect(older.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    expect(older.signal.aborted).toBe(true);
    expect(await older.release()).toBe("lost");
    expect(await later.extend()).toBeGreaterThan(0);
    expect(await later.release()).toBe("released");
  });

  it("P2 fences grow over loss after loss", async () => {
    await using scene = await startScene(EVERY_SECOND);
    const { locks } = scene.client();
    const losePower = await willLosePower(scene);
    const fences: number[] = [];
    for (let losses = 0; losses < 4; losses++) {
      for (let i = 0; i < 3; i++) {
        const lease = await locks.acquire("again");
        fences.push(lease.fence);
        await lease.release();
      }
      await losePower();
    }
    expect(fences).toEqual([...new Set(fences)].toSorted((a, b) => a - b));
  });

  it("waiters whose place was lost go on", async () => {
    await using scene = await startScene(EVERY_SECOND);
    const losePower = await willLosePower(scene);
    const holder = scene.client();
    const lease = await holder.locks.acquire("queue");
    const waits = [scene.client(PATIENT), scene.client(PATIENT)].map(({ locks }) =>
      locks.request("queue", { waitMs: 15_000 }, async ({ fence }) => fence),
    );
    await vi.waitFor(async () => expect((await holder.locks.inspect("queue")).waiting).toBe(2));
    await losePower();
    const fences = await Promise.all(waits);
    expect(Math.min(...fences)).toBeGreaterThan(lease.fence);
  });
});
