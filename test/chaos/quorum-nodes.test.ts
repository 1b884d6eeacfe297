import { expect, it, vi } from "vitest";
import { startCounterFile } from "./support/counter-file.ts";
import { countOn } from "./support/counting.ts";
import { startLoad } from "./support/load.ts";
import { type QuorumNode, quorumClient, startNodes } from "./support/quorum-scene.ts";
import { onRealProcesses } from "./support/scene.ts";

const TTL_MS = 900;
const PATIENCE = { timeout: 15_000, interval: 10 };

/** What happens to a node that keeps its data. Resolves to what ends it. */
const passing: Record<string, (node: QuorumNode) => Promise<() => unknown>> = {
  async "freezes (SIGSTOP)"({ server }) {
    await server.kill("SIGSTOP");
    return () => server.kill("SIGCONT");
  },
  async "is cut off, and what was sent arrives in the end"({ proxy }) {
    proxy.stall("both");
    return () => proxy.resume();
  },
  async "loses its connections, again and again"({ proxy }) {
    const cutting = setInterval(() => proxy.cut(), 20);
    return () => clearInterval(cutting);
  },
};

onRealProcesses("five redis-servers, two of which are in trouble at any time", () => {
  it("P1 P2 a counter loses no update, and goes on", { timeout: 60_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const nodes = await startNodes(5, stack);
    const counter = stack.use(await startCounterFile({ check: "reads and writes" }));
    const clients = Array.from({ length: 4 }, () => quorumClient(nodes));
    const votes = (...of: Parameters<(typeof clients)[0]["votes"]>) =>
      clients.reduce((sum, client) => sum + client.votes(...of), 0);
    const load = stack.use(startLoad(clients, "counter", countOn(counter), { ttlMs: TTL_MS }));
    await load.more(4);

    for (const [i, node] of nodes.entries()) {
      const [what, strike] = Object.entries(passing)[i % 3] as [string, (typeof passing)[string]];
      const neighbour = nodes[(i + 1) % nodes.length] as QuorumNode;
      // Every second one comes back with what it had a while ago, the others with nothing.
      if (i % 2 === 1) await node.save();
      await load.more(2);
      await node.server.kill();
      const heal = await strike(neighbour);
      await load.more(4);

      const barred = votes(node, "barred");
      await node.server.restart();
      await vi.waitFor(() => expect(votes(node, "barred"), what).toBeGreaterThan(barred), PATIENCE);
      await load.more(4);
      await heal();
      const yes = votes(node, "yes");
      await vi.waitFor(() => expect(votes(node, "yes"), what).toBeGreaterThan(yes), PATIENCE);
    }
    await load.more(5);
    await load.stop();

    expect(counter.value).toBe(counter.accepted);
    expect(load.holds.overlaps()).toEqual([]);
    expect(load.holds.fences()).toEqual(load.holds.fences().toSorted((a, b) => a - b));
    expect(new Set(load.holds.fences()).size).toBe(load.holds.all.length);
    // A third node may have been slow while two were in trouble; nothing else went wrong.
    expect(load.failures.filter((code) => code !== "unavailable")).toEqual([]);
  });
});
