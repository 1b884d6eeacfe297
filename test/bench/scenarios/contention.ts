import { type Bench, inTurns, MARKS, newMark, newName, reachable } from "../bench.ts";
import type { Peer } from "../peers/peer.ts";
import { type Contention, contend, inversions } from "../workload.ts";

export interface ContentionScenario extends Contention {
  /** One for all waiters, as in one process, or a client for each, as on as many machines. */
  readonly clients: "one" | "each";
}

function title({ waiters, holdMs, spacingMs, clients }: ContentionScenario): string {
  const arrivals = spacingMs === 0 ? "burst" : `every ${spacingMs} ms`;
  return `${waiters} × ${holdMs} ms, ${arrivals}, ${clients === "one" ? "one client" : `${waiters} clients`}`;
}

/** Many want one name: what it costs, how fast it is handed over, and to whom. */
export async function contention(
  bench: Bench,
  rttMs: number,
  scenario: ContentionScenario,
  peers: readonly Peer[],
): Promise<void> {
  const { measurements, network, runs } = bench;
  await network.setRtt(rttMs);
  await inTurns(runs, reachable(bench, peers), async (peer) => {
    const subject = { scenario: title(scenario), rttMs, peer: peer.name };
    bench.progress(`${subject.scenario}, RTT ${rttMs}: ${peer.name}`);
    const count = scenario.clients === "one" ? 1 : scenario.waiters;
    const clients = await Promise.all(Array.from({ length: count }, () => peer.connect(network)));
    try {
      // Connections are open and scripts are known before anything counts.
      for (const client of clients) await (await client.acquire(newName(), 5000, newMark())).release();
      const marks = Array.from({ length: scenario.waiters }, newMark);
      const sent = () => clients.reduce((sum, client) => sum + client.sent(), 0);
      const sentBefore = sent();
      await network.resetMeter();
      await network.watchArrivals(MARKS);
      const result = await contend(clients, newName(), marks, scenario);
      const { requests, billedCommands } = await network.meter();
      const arrivals = await network.arrivals();
      await network.heal();

      const grants = result.granted.length;
      // On one TCP connection commands arrive in the order they were sent in.
      const arrived = arrivals.length === grants ? arrivals : marks;
      const add = (metric: string, unit: string, value: number) =>
        measurements.add(subject, metric, unit, value);
      add("requests per grant", "requests", (peer.tcp ? sent() - sentBefore : requests) / grants);
      add("billed per grant", "commands", billedCommands / grants);
      add("hand-over gap p50", "ms", result.gapMs);
      add("wall ÷ ideal", "×", result.wallOverIdeal);
      add("order inversions", "%", inversions(arrived, result.granted));
      add("overlaps", "count", result.overlaps);
    } finally {
      for (const client of clients) await client.close();
    }
  });
}
