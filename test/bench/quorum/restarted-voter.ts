import { inTurns, newName } from "../bench.ts";
import type { QuorumBench } from "./bench.ts";
import { threeFrom } from "./nodes.ts";
import type { QuorumPeer } from "./peers/peer.ts";

export const RESTART = "a voter restarts with nothing";
const TTL_MS = 30_000;
/** The only node that both clients get to. */
const SHARED = 2;

/**
 * Somebody holds a lock by the votes of three nodes, and the third of them comes back from a restart with nothing. Does
 * somebody else get the lock, by that node's vote and those of the other two?
 */
export async function restartedVoter(bench: QuorumBench, peers: readonly QuorumPeer[]): Promise<void> {
  const { reach, servers } = bench.nodes;
  await inTurns(bench.runs, peers, async (peer) => {
    bench.progress(`a voter restarts: ${peer.name}`);
    const namespace = newName();
    const name = newName();
    await peer.found?.(reach, namespace);
    const holder = await peer.connect(threeFrom(reach, 0), namespace);
    await holder.acquire(name, TTL_MS);
    await servers[SHARED]?.kill();
    await servers[SHARED]?.restart();
    const other = await peer.connect(threeFrom(reach, SHARED), namespace);
    const second = await other.acquire(name, TTL_MS);
    const subject = { scenario: RESTART, rttMs: 0, peer: peer.name };
    bench.measurements.add(subject, "two holders", "1 = yes", second ? 1 : 0);
    holder.close();
    other.close();
  });
}
