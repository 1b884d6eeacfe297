import { expect, it } from "vitest";
import { startLoad } from "./support/load.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

const SYNCED = ["--appendonly", "yes", "--appendfsync", "always"];

onRealProcesses("P1 redis-server crashes, and syncs every write (appendfsync always)", () => {
  it("P1 an acknowledged lock is still held after the crash", async () => {
    await using scene = await startScene(SYNCED);
    const lease = await scene.client().locks.acquire("synced");
    await scene.server.kill();
    await scene.server.restart();

    expect(await scene.client().locks.tryAcquire("synced")).toBeNull();
    expect(await lease.extend()).toBeGreaterThan(0);
    expect(lease.signal.aborted).toBe(false);
    expect(await lease.release()).toBe("released");
  });

  it("P1 no two hold at a time though every third holder sees the server crash", async () => {
    await using scene = await startScene(SYNCED);
    const onlooker = scene.client();
    let grants = 0;
    const refused: boolean[] = [];
    const clients = Array.from({ length: 4 }, () => scene.client());
    await using load = startLoad(clients, "synced", async () => {
      if (++grants % 3 !== 0) return;
      await scene.server.kill();
      await scene.server.restart();
      // The others ask too; this one's answer is what the test knows of.
      refused.push((await onlooker.locks.tryAcquire("synced")) === null);
    });
    await load.more(25);
    await load.stop();

    expect(refused.length).toBeGreaterThanOrEqual(8);
    expect(refused).not.toContain(false);
    expect(load.holds.overlaps()).toEqual([]);
    expect(load.holds.fences()).toEqual(load.holds.fences().toSorted((a, b) => a - b));
    // A wait may have been cut short while the server was away; nothing else went wrong.
    expect(load.failures.filter((code) => code !== "unavailable")).toEqual([]);
  });
});
