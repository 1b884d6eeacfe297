import { newName } from "../bench.ts";
import type { QuorumBench } from "./bench.ts";
import { onMachine, withClocks } from "./clocks.ts";
import { NODES, threeFrom } from "./nodes.ts";
import type { QuorumClient, QuorumPeer } from "./peers/peer.ts";

export const CLOCKS_ALIKE = "clocks alike";
export const CLOCKS_APART = "clocks up to 4 s apart";
/** How far the clocks of the nodes, and those of the clients, are ahead of the time, in milliseconds: whole seconds. */
const CLOCKS: Readonly<Record<string, readonly number[]>> = {
  [CLOCKS_ALIKE]: [0, 0, 0, 0, 0],
  [CLOCKS_APART]: [0, 2000, -1000, 1000, 3000],
};
const TTL_MS = 10_000;

/**
 * How many grants got a fence, or what a peer has instead, that is not greater than that of an earlier grant which was
 * over. Five clients take one name in turn, and each of them reaches three nodes only, so that two who come one after
 * the other have no more than one node in common: the hardest case that a majority allows.
 */
export async function fenceOrder(bench: QuorumBench, peers: readonly QuorumPeer[]): Promise<void> {
  for (const [clocks, clocksMs] of Object.entries(CLOCKS))
    for (const peer of peers) {
      bench.progress(`order of fences, ${clocks}: ${peer.name}`);
      const namespace = newName();
      const reach = { ...bench.nodes.reach, clocksMs };
      await peer.found?.(reach, namespace);
      const machines = await Promise.all(
        clocksMs.map((_, m) => peer.connect(threeFrom(reach, m), namespace)),
      );
      try {
        const tokens = await withClocks(() => inTurn(machines, clocksMs, bench.turns));
        const subject = { scenario: `order of fences, ${clocks}`, rttMs: 0, peer: peer.name };
        bench.measurements.add(subject, "grants", "grants", tokens.length);
        bench.measurements.add(subject, "out of order", "grants", outOfOrder(tokens));
      } finally {
        for (const machine of machines) machine.close();
      }
    }
}

async function inTurn(
  machines: readonly QuorumClient[],
  clocksMs: readonly number[],
  turns: number,
): Promise<number[]> {
  const name = newName();
  const tokens: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    // Every second: 0 2 4 1 3.
    const machine = (2 * turn) % NODES;
    const held = await onMachine(clocksMs[machine] ?? 0, async () =>
      machines[machine]?.acquire(name, TTL_MS),
    );
    if (!held) continue;
    tokens.push(held.token);
    await held.release();
  }
  return tokens;
}

/** How many are not greater than all before them. */
export function outOfOrder(tokens: readonly number[]): number {
  let greatest = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const token of tokens) {
    if (token <= greatest) count++;
    greatest = Math.max(greatest, token);
  }
  return count;
}
