import { expect, it, vi } from "vitest";
import { startClientProcess } from "./support/client-process.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

const TTL_MS = 1500;
const CLAIM_MS = 400;
/** How late a look may be on a busy machine. */
const LATE_MS = 1000;

onRealProcesses("client processes are killed (SIGKILL)", () => {
  it("P7 a holder and two waiters delay those behind by its lease and two claim windows at the most", async () => {
    await using scene = await startScene();
    await using holder = await startClientProcess(scene.url);
    await using first = await startClientProcess(scene.url);
    await using second = await startClientProcess(scene.url);
    const watcher = scene.client();
    const waiting = (count: number) =>
      vi.waitFor(async () => expect((await watcher.locks.inspect("deserted")).waiting).toBe(count), 5000);

    const held = await holder.ask("acquire", "deserted", { ttlMs: TTL_MS });
    for (const [before, waiter] of [first, second].entries()) {
      void waiter.ask("acquire", "deserted", { waitMs: 60_000, claimMs: CLAIM_MS });
      await waiting(before + 1);
    }
    const turn = scene.client().locks.acquire("deserted", { waitMs: 15_000, claimMs: CLAIM_MS });
    await waiting(3);
    await Promise.all([holder.kill(), first.kill(), second.kill()]);

    const lease = await turn;
    // Fences are the server's times of the grants, in microseconds.
    const delayMs = (lease.fence - held.fence) / 1000;
    expect(delayMs).toBeGreaterThanOrEqual(TTL_MS);
    expect(delayMs).toBeLessThan(TTL_MS + 2 * CLAIM_MS + LATE_MS);
    expect(lease.remainingMs()).toBeGreaterThan(0);
  });

  it("P4 one whose grant was still on its way to it delays others by that lease at the most", async () => {
    await using scene = await startScene();
    await using client = await startClientProcess(scene.url);
    await client.ask("acquire", "warm", {});
    const elsewhere = scene.client({ direct: true });
    scene.toGateway.stall("down");
    void client.ask("acquire", "unheard", { ttlMs: TTL_MS });
    await vi.waitFor(async () => expect((await elsewhere.locks.inspect("unheard")).held).toBe(true), 5000);
    const { lastFence } = await elsewhere.locks.inspect("unheard");
    await client.kill();
    scene.toGateway.resume();

    const lease = await elsewhere.locks.acquire("unheard", { waitMs: 15_000 });
    expect((lease.fence - lastFence) / 1000).toBeLessThan(TTL_MS + LATE_MS);
  });
});
