import { expect, it } from "vitest";
import { Order } from "../support/order.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";
import { passesOver } from "./support/stoppage.ts";

onRealProcesses("redis-server freezes for longer than a lease lasts (SIGSTOP, SIGCONT)", () => {
  it("P1 P5 the holder is told in time, nobody holds twice, and those who wait go on", async () => {
    await using scene = await startScene();
    await passesOver(
      scene,
      () => scene.server.kill("SIGSTOP"),
      () => scene.server.kill("SIGCONT"),
    );
  });

  it("P5 a holder whose renewals hang is told before its lease ends", async () => {
    await using scene = await startScene();
    const { locks } = await scene.warmClient();
    const lease = await locks.acquire("renewed", { ttlMs: 1000, renew: true });
    await scene.server.kill("SIGSTOP");
    const order = new Order();
    lease.signal.addEventListener("abort", () => order.note("told"));
    // The fence is the server's time of the grant, and all processes share the machine's clock.
    await order.after(lease.fence / 1000 + 1000 - Date.now(), "true expiry");
    expect(order.happened).toEqual(["told", "true expiry"]);
    expect(lease.signal.reason).toMatchObject({ code: "lost", reason: "expired", fence: lease.fence });
    expect(lease.remainingMs()).toBe(0);
    expect(await lease.release()).toBe("expired");
  });

  it("P4 what clients gave up meanwhile is taken back when it thaws", async () => {
    await using scene = await startScene();
    const watcher = scene.client();
    const hasty = await scene.warmClient({ timeoutMs: 200, retry: { retries: 1 } });
    await scene.server.kill("SIGSTOP");
    const unavailable = { code: "unavailable" };
    await expect(hasty.locks.tryAcquire("given-up", { ttlMs: 60_000 })).rejects.toMatchObject(unavailable);
    await expect(hasty.locks.acquire("given-up", { ttlMs: 60_000 })).rejects.toMatchObject(unavailable);
    await scene.server.kill("SIGCONT");

    // The server finds all of these requests and executes them now. None leaves anything for its minute.
    const lease = await watcher.locks.acquire("given-up", { waitMs: 10_000 });
    expect(lease.remainingMs()).toBeGreaterThan(0);
    expect(await watcher.locks.inspect("given-up")).toMatchObject({ waiting: 0 });
  });
});
