import { expect, it } from "vitest";
import { startLoad } from "./support/load.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

onRealProcesses("redis-server forgets its scripts under load (SCRIPT FLUSH)", () => {
  it("nobody notices", async () => {
    await using scene = await startScene();
    const clients = Array.from({ length: 6 }, () => scene.client());
    await using load = startLoad(clients, "flushed");
    for (let flushes = 0; flushes < 40; flushes++) {
      await scene.redis.script("FLUSH");
      await load.more(2);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.holds.overlaps()).toEqual([]);
    // Nothing was asked for twice either: a script that is sent again after all is no retry.
    expect(clients.flatMap(({ events }) => events.filter(({ type }) => type === "retried"))).toEqual([]);
  });
});
