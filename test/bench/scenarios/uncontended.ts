import { type Bench, inTurns, newMark, newName, reachable } from "../bench.ts";
import { quantile, timed } from "../measure.ts";
import type { Peer } from "../peers/peer.ts";

/** Acquire and release of a name that nobody else wants. */
export async function uncontended(
  bench: Bench,
  rttMs: number,
  peers: readonly Peer[],
  pairs: number,
): Promise<void> {
  const { measurements, network, runs } = bench;
  await network.setRtt(rttMs);
  await inTurns(runs, reachable(bench, peers), async (peer) => {
    const subject = { scenario: "uncontended pair", rttMs, peer: peer.name };
    bench.progress(`${subject.scenario}, RTT ${rttMs}: ${peer.name}`);
    const client = await peer.connect(network);
    try {
      const name = newName();
      const pair = async () => (await client.acquire(name, 10_000, newMark())).release();
      // Connections are open, scripts are known and code is compiled before anything counts.
      for (let i = 0; i < pairs / 2; i++) await pair();
      const sentBefore = client.sent();
      await network.resetMeter();
      const times: number[] = [];
      for (let i = 0; i < pairs; i++) times.push(await timed(pair));
      const { requests, billedCommands } = await network.meter();
      const add = (metric: string, unit: string, value: number) =>
        measurements.add(subject, metric, unit, value);
      add("requests", "requests", (peer.tcp ? client.sent() - sentBefore : requests) / pairs);
      add("billed", "commands", billedCommands / pairs);
      add("latency p50", "ms", quantile(times, 0.5));
    } finally {
      await client.close();
    }
  });
}
