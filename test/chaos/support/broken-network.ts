import { expect, it } from "vitest";
import { startLoad } from "./load.ts";
import { type Scene, startScene } from "./scene.ts";
import { passesOver } from "./stoppage.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** What has to hold wherever on the way to the server the network is broken. */
export function standsStallsAndCuts(proxyOf: (scene: Scene) => TcpProxy): void {
  // Side by side, since they mostly wait.
  it.concurrent.each(["up", "down", "both"] as const)(
    "P1 P5 stalls (%s) for longer than a lease lasts",
    async (way) => {
      await using scene = await startScene();
      await passesOver(
        scene,
        () => proxyOf(scene).stall(way),
        () => proxyOf(scene).resume(),
      );
    },
  );

  it("P3 breaks under load: everybody gets a turn, and nobody with somebody else", async () => {
    await using scene = await startScene();
    const clients = Array.from({ length: 5 }, () => scene.client());
    await using load = startLoad(clients, "broken");
    for (let cuts = 0; cuts < 8; cuts++) {
      await load.more(6);
      proxyOf(scene).cut();
    }
    await load.more(6);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.holds.overlaps()).toEqual([]);
    expect(load.holds.fences()).toEqual(load.holds.fences().toSorted((a, b) => a - b));
  });
}
