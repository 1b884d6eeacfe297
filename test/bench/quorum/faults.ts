import { inTurns, newName } from "../bench.ts";
import { quantile } from "../measure.ts";
import type { QuorumBench } from "./bench.ts";
import type { Condition } from "./conditions.ts";
import type { QuorumPeer } from "./peers/peer.ts";
import { contend, type Outcome } from "./workload.ts";

/** How often and how fast each peer acquires and releases while something is wrong with the nodes. */
export async function underFaults(
  bench: QuorumBench,
  conditions: readonly Condition[],
  peers: readonly QuorumPeer[],
): Promise<void> {
  for (const condition of conditions)
    await inTurns(bench.runs, peers, async (peer) => {
      bench.progress(`${condition.name}: ${peer.name}`);
      for (const [load, outcome] of await measure(bench, condition, peer)) {
        const { asked, tookMs, overlaps, requests, seconds } = outcome;
        const subject = { scenario: `${load}, ${condition.name}`, rttMs: 0, peer: peer.name };
        const add = (metric: string, unit: string, value: number) =>
          bench.measurements.add(subject, metric, unit, value);
        add("success", "%", (100 * tookMs.length) / asked);
        for (const [metric, share] of QUANTILES)
          add(metric, "ms", tookMs.length > 0 ? quantile(tookMs, share) : Number.POSITIVE_INFINITY);
        add("per second", "pairs", tookMs.length / seconds);
        if (tookMs.length > 0) add("requests", "requests", requests / tookMs.length);
        add("overlaps", "overlaps", overlaps);
      }
    });
}

const QUANTILES = [
  ["p50", 0.5],
  ["p95", 0.95],
  ["p99", 0.99],
] as const;

type Load = "alone" | "contended";

async function measure(
  { nodes, clients: count, sliceMs }: QuorumBench,
  condition: Condition,
  peer: QuorumPeer,
): Promise<[Load, Outcome][]> {
  // Whose nodes have died before begins anew: a quorum would have them wait for the longest lease, and the others forget.
  const namespace = newName();
  await peer.found?.(nodes.reach, namespace);
  const reach = await condition.reach(nodes);
  const clients = await Promise.all(Array.from({ length: count }, () => peer.connect(reach, namespace)));
  try {
    // Connections are open, scripts are known and code is compiled before anything counts.
    await Promise.all(clients.map((client) => contend([client], newName, sliceMs / 10)));
    await condition.strike(nodes);
    const alone = await contend(clients.slice(0, 1), newName, sliceMs);
    const contended = await contend(clients, newName, sliceMs);
    return [
      ["alone", alone],
      ["contended", contended],
    ];
  } finally {
    await condition.heal(nodes);
    for (const client of clients) client.close();
  }
}
