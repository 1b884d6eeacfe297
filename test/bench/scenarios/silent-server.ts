import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, inTurns, newName, reachable } from "../bench.ts";
import type { Peer } from "../peers/peer.ts";

const TTL_MS = 1000;
/** How long after the true expiry somebody is still listened to. */
const PATIENCE_MS = 4000;

/** The server answers nothing any more while a lease is held and renewed: when is its holder told, if at all? */
export async function silentServer(bench: Bench, rttMs: number, peers: readonly Peer[]): Promise<void> {
  const { measurements, network, runs } = bench;
  await network.setRtt(rttMs);
  await inTurns(runs, reachable(bench, peers), async (peer) => {
    const subject = { scenario: "silent server, TTL 1 s", rttMs, peer: peer.name };
    bench.progress(`${subject.scenario}, RTT ${rttMs}: ${peer.name}`);
    const client = await peer.connect(network);
    try {
      const told = Promise.withResolvers<number>();
      const name = newName();
      const { keep, leftMs } = client;
      if (!keep || !leftMs) {
        measurements.add(subject, "told after the expiry", "ms", Number.POSITIVE_INFINITY);
        return;
      }
      await keep(name, TTL_MS, () => told.resolve(performance.now()));
      // Asked without a delay: half a round trip would make the expiry look later than it is.
      await network.setRtt(0);
      const left = await leftMs(name);
      const expiresAt = performance.now() + left;
      if (left <= 0) throw new Error(`${peer.name}: the lease was over before the server fell silent`);
      await network.setRtt(rttMs);
      await network.silence();
      const toldAt = await Promise.race([
        told.promise,
        sleep(expiresAt + PATIENCE_MS - performance.now(), Number.POSITIVE_INFINITY),
      ]);
      measurements.add(subject, "told after the expiry", "ms", toldAt - expiresAt);
    } finally {
      await network.heal();
      await client.close();
    }
  });
}
