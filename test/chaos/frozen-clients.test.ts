import { expect, it, vi } from "vitest";
import { startClientProcess } from "./support/client-process.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

const TTL_MS = 1000;
const CLAIM_MS = 400;

onRealProcesses("client processes freeze for longer than their lease (SIGSTOP, SIGCONT)", () => {
  it("P5 a holder that thaws knows that it is none, and a guard refuses it all the same", async () => {
    await using scene = await startScene();
    await using sleeper = await startClientProcess(scene.url);
    const { fence } = await sleeper.ask("acquire", "frozen", { ttlMs: TTL_MS, renew: true });
    expect(await sleeper.ask("write", "data", "sleeper")).toMatchObject({
      before: { aborted: false },
      outcome: "written",
    });
    await sleeper.freeze();

    const next = scene.client();
    const lease = await next.locks.acquire("frozen", { waitMs: 15_000 });
    expect(lease.fence).toBeGreaterThan(fence);
    expect((await next.guard.set("data", "next", { fence: lease.fence })).outcome).toBe("written");
    // It finds these two when it thaws, before anything that its own timers would tell.
    const look = sleeper.ask("look");
    const write = sleeper.ask("write", "data", "sleeper again");
    sleeper.thaw();

    expect(await look).toEqual({ aborted: true, remainingMs: 0 });
    expect(await write).toEqual({ before: { aborted: true, remainingMs: 0 }, outcome: "stale" });
    expect(await scene.redis.get("data")).toBe("next");
    expect(await sleeper.ask("release")).toBe("expired");
    expect(await lease.extend()).toBeGreaterThan(0);
  });

  it("P7 a waiter delays those behind it by its claim window, and takes its late turn for none", async () => {
    await using scene = await startScene();
    await using sleeper = await startClientProcess(scene.url);
    const { locks } = scene.client();
    const waiting = (count: number) =>
      vi.waitFor(async () => expect((await locks.inspect("frozen")).waiting).toBe(count), 5000);
    const lease = await locks.acquire("frozen");
    const turn = sleeper.ask("acquire", "frozen", { waitMs: 60_000, claimMs: CLAIM_MS });
    await waiting(1);
    await vi.waitFor(async () => expect(await scene.redis.pubsub("CHANNELS", "*:wake:*")).toHaveLength(1));
    const behind = scene.client().locks.acquire("frozen", { waitMs: 15_000, claimMs: CLAIM_MS });
    await waiting(2);

    await sleeper.freeze();
    await lease.release();
    const { lastFence: promoted } = await locks.inspect("frozen");
    const next = await behind;
    // Fences are the server's times of the grants, in microseconds.
    const delayMs = (next.fence - promoted) / 1000;
    expect(delayMs).toBeGreaterThanOrEqual(CLAIM_MS - 1);
    expect(delayMs).toBeLessThan(CLAIM_MS + 1000);

    // Its grant of then lies in its inbox. It has to wait once more.
    sleeper.thaw();
    await waiting(1);
    const until = Date.now();
    await next.release();
    const late = await turn;
    expect(late.fence).toBeGreaterThan(next.fence);
    expect(late.at).toBeGreaterThanOrEqual(until);
    expect(await sleeper.ask("release")).toBe("released");
  });
});
