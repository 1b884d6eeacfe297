import { expect, it, vi } from "vitest";
import { Holds } from "./support/holds.ts";
import { type Load, startLoad } from "./support/load.ts";
import {
  MAX_TTL_MS,
  type QuorumClient,
  type QuorumNode,
  quorumClient,
  startNode,
  startNodes,
} from "./support/quorum-scene.ts";
import { onRealProcesses } from "./support/scene.ts";

const TTL_MS = 900;
const PATIENCE = { timeout: 10_000, interval: 50 };
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Three = [QuorumNode, QuorumNode, QuorumNode];

onRealProcesses("the nodes of a quorum change while locks are held", () => {
  it("P1 P2 three, four, three: old clients and new ones side by side exclude each other", async () => {
    await using stack = new AsyncDisposableStack();
    const [a, b, c] = (await startNodes(3, stack)) as Three;
    const d = stack.use(await startNode("new", "rest"));
    const loads: Load[] = [];
    const start = (nodes: readonly QuorumNode[]) => {
      const clients = [quorumClient(nodes), quorumClient(nodes)] as const;
      const load = stack.use(startLoad(clients, "busy", undefined, { ttlMs: TTL_MS }));
      loads.push(load);
      return { client: clients[0], load };
    };

    let old = start([a, b, c]);
    let lease = await old.client.locks.acquire("held", { ttlMs: TTL_MS, renew: true });
    let joined: QuorumClient | undefined;
    // One is added, then the one that it replaces is taken away.
    for (const members of [
      [a, b, c, d],
      [b, c, d],
    ]) {
      const next = start(members);
      joined ??= next.client;
      await Promise.all([old.load.more(2), next.load.more(2)]);
      expect(await next.client.locks.tryAcquire("held", { ttlMs: TTL_MS })).toBeNull();
      await votes(next.client, d);
      await Promise.all([old.load.more(2), next.load.more(2)]);
      expect(await next.client.locks.tryAcquire("held", { ttlMs: TTL_MS })).toBeNull();

      await old.load.stop();
      expect(lease.signal.aborted).toBe(false);
      const { fence } = lease;
      await lease.release();
      lease = await next.client.locks.acquire("held", { ttlMs: TTL_MS, renew: true });
      expect(lease.fence).toBeGreaterThan(fence);
      // Whatever the last old one had is over.
      await sleep(MAX_TTL_MS);
      old = next;
    }
    // A new node is taken for one that has forgotten everything.
    expect(joined?.votes(d, "barred")).toBeGreaterThan(0);
    await a.server.stop();
    await b.server.kill();
    await old.load.more(5);
    await old.load.stop();
    expect(lease.signal.aborted).toBe(false);
    await lease.release();

    const holds = new Holds();
    for (const load of loads) {
      expect(load.failures).toEqual([]);
      holds.all.push(...load.holds.all);
    }
    expect(holds.overlaps()).toEqual([]);
    expect(holds.fences()).toEqual(holds.fences().toSorted((a, b) => a - b));
  });

  it("one put in the place of another at once: two majorities without a node in common, and two who hold", async () => {
    await using stack = new AsyncDisposableStack();
    const [a, b, c] = (await startNodes(3, stack)) as Three;
    const d = stack.use(await startNode("new", "tcp"));
    await votes(quorumClient([a, b, d]), d);

    const holder = quorumClient([a, b, c], [a]);
    const lease = await holder.locks.acquire("swapped", { ttlMs: TTL_MS });
    // Four nodes have no majority without one of the holder's.
    expect(await quorumClient([a, b, c, d], [b]).locks.tryAcquire("swapped", { ttlMs: TTL_MS })).toBeNull();
    const second = await quorumClient([a, b, d], [b]).locks.acquire("swapped", { ttlMs: TTL_MS });
    expect([lease.remainingMs() > 0, second.remainingMs() > 0]).toEqual([true, true]);
  });
});

/** Resolves when the node votes for this client. */
async function votes(client: QuorumClient, node: QuorumNode): Promise<void> {
  let tries = 0;
  await vi.waitFor(async () => {
    const lease = await client.locks.tryAcquire(`try-${++tries}`, { ttlMs: TTL_MS });
    await lease?.release();
    expect(client.votes(node, "yes")).toBeGreaterThan(0);
  }, PATIENCE);
}
