import type { Lease } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { Order } from "../support/order.ts";
import { onRealProcesses, type Scene, type SceneClient, startScene } from "./support/scene.ts";

/** Fills the server up to its `maxmemory`, with no breath left. Resolves with what frees it again. */
async function fill({ redis }: Scene): Promise<() => Promise<void>> {
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
  await redis.config("SET", "maxmemory", used + 4_000_000);
  const chunk = "x".repeat(100_000);
  let chunks = 0;
  const full = async () => {
    try {
      await redis.set(`filler:${chunks}`, chunk);
      chunks++;
      return false;
    } catch (error) {
      if (!String(error).includes("OOM")) throw error;
      return true;
    }
  };
  while (!(await full()));
  // The last chunk that did not fit has left some room.
  await redis.config("SET", "maxmemory", used + 3_000_000);
  return async () => {
    for (let i = 0; i < chunks; i++) await redis.del(`filler:${i}`);
  };
}

const OUT_OF_MEMORY = {
  name: "HoldfastError",
  code: "refused",
  message: expect.stringContaining("out of memory"),
};

/** Every verb and kind, with what frees it again. */
function kinds({ locks }: SceneClient): Record<string, () => Promise<Lease | null>> {
  return {
    acquire: () => locks.acquire("mutex"),
    tryAcquire: () => locks.tryAcquire("tried"),
    semaphore: () => locks.semaphore("permits", { permits: 2 }).acquire(),
    reader: () => locks.readWrite("shared").read.acquire(),
    writer: () => locks.readWrite("written").write.acquire(),
    acquireAll: () => locks.acquireAll(["one", "two"]),
  };
}

onRealProcesses("redis-server reaches its maxmemory (noeviction)", () => {
  it("refuses to lock with a clear error, leaves nothing held, and locks again when there is room", async () => {
    await using scene = await startScene();
    const client = scene.client();
    const free = await fill(scene);
    for (const [kind, take] of Object.entries(kinds(client)))
      await expect(take(), kind).rejects.toMatchObject(OUT_OF_MEMORY);
    expect((await client.locks.list()).locks.filter(({ held, waiting }) => held || waiting > 0)).toEqual([]);

    await free();
    for (const [kind, take] of Object.entries(kinds(client)))
      expect(await (await take())?.release(), kind).toBe("released");
    for (const key of await scene.redis.keys("holdfast:*"))
      expect(await scene.redis.pttl(key), key).toBeGreaterThan(0);
  });

  it("P5 tells a holder in time whose renewals it refuses", async () => {
    await using scene = await startScene();
    const order = new Order();
    const { locks } = await scene.warmClient();
    const lease = await locks.acquire("renewed", { ttlMs: 1000, renew: true });
    await fill(scene);
    lease.signal.addEventListener("abort", () => order.note("told"));
    const pttl = await scene.redis.pttl("holdfast:{renewed}");
    // The record outlives its lease by a minute.
    await order.after(pttl - 60_000, "true expiry");
    expect(order.happened).toEqual(["told", "true expiry"]);
    expect(lease.signal.reason).toMatchObject({ code: "lost", reason: "expired" });
  });

  it("a release that is refused says so, and does its work when there is room", async () => {
    await using scene = await startScene();
    const leases: [kind: string, lease: Lease][] = [];
    for (const [kind, take] of Object.entries(kinds(scene.client())))
      leases.push([kind, (await take()) as Lease]);
    const free = await fill(scene);
    for (const [kind, lease] of leases) {
      const outcome = await lease.release().catch((error) => error);
      if (outcome !== "released") expect(outcome, kind).toMatchObject(OUT_OF_MEMORY);
    }

    await free();
    for (const [kind, lease] of leases) expect(await lease.release(), kind).toBe("released");
    for (const [kind, take] of Object.entries(kinds(scene.client())))
      expect(await (await take())?.release(), kind).toBe("released");
  });

  it("who waits is served when there is room, at the end of the lease at the latest", async () => {
    await using scene = await startScene();
    const holder = scene.client();
    const lease = await holder.locks.acquire("waited-for", { ttlMs: 2000 });
    const turn = scene.client().locks.acquire("waited-for", { waitMs: 15_000 });
    turn.catch(() => {});
    await vi.waitFor(async () => expect((await holder.locks.inspect("waited-for")).waiting).toBe(1));
    const free = await fill(scene);
    await lease.release().catch((error) => expect(error).toMatchObject(OUT_OF_MEMORY));
    await free();
    expect((await turn).fence).toBeGreaterThan(lease.fence);
  });
});
