import { randomBytes } from "node:crypto";
import type { Measurements } from "./measure.ts";
import type { Network } from "./network.ts";
import type { Peer } from "./peers/peer.ts";

/** What every scenario works with. */
export interface Bench {
  readonly network: Network;
  readonly measurements: Measurements;
  /** How often each peer has its turn in each scenario. */
  readonly runs: number;
  /** A line for those who wait for the result. */
  progress(text: string): void;
}

let names = 0;

/** A name that no run has used, all of one length. */
export function newName(): string {
  return `bench:${String(++names).padStart(6, "0")}`;
}

/** What marks the requests of one acquire: unguessable, as an attempt has to be. */
export function newMark(): string {
  return `waiter-${randomBytes(16).toString("hex")}`;
}

export const MARKS = "waiter-[0-9a-f]{32}";

/** Those that can reach the engine in use. */
export function reachable<P extends Pick<Peer, "tcp">>({ network }: Bench, peers: readonly P[]): P[] {
  return peers.filter((peer) => !peer.tcp || network.tcpPort !== undefined);
}

/** Peers take turns, so that whatever slows the machine for a while slows all of them. */
export async function inTurns<P>(
  runs: number,
  peers: readonly P[],
  once: (peer: P) => Promise<void>,
): Promise<void> {
  for (let run = 0; run < runs; run++) for (const peer of peers) await once(peer);
}
