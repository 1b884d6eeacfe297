import { HoldfastError } from "../errors.ts";
import { elapsedMs, instant } from "../lease/deadline.ts";
import type { RunOptions } from "../store/store.ts";
import { type Membership, memberships } from "./admission.ts";
import type { Quorum } from "./options.ts";

/**
 * How a node is: it votes, it does not vote yet (`barred`), it gives no answer, or it refuses what it is asked.
 */
export type NodeState = "voting" | "barred" | "silent" | "refused";

export interface NodeHealth {
  /** Its label. */
  readonly node: string;
  readonly state: NodeState;
  /** How long it took to answer, in milliseconds. */
  readonly latencyMs: number;
  /** How long until it can be admitted again, in milliseconds; 0 for all that are not barred. */
  readonly barredForMs: number;
}

/** How each node is, in their order. */
export async function nodeHealth(
  quorum: Quorum,
  memberKey: string,
  options: RunOptions,
): Promise<readonly NodeHealth[]> {
  const { clock } = quorum;
  const started = instant(clock);
  const took = new Map<string, number>();
  const known = await memberships(quorum, memberKey, {
    ...options,
    onNotice: (notice) => {
      if (notice.type === "voted") took.set(notice.node, notice.durationMs);
    },
  });
  return quorum.nodes.map(({ label }, i) => {
    const one = known[i] as Membership | HoldfastError;
    return {
      node: label,
      state: stateOf(one),
      latencyMs: took.get(label) ?? elapsedMs(clock, started),
      barredForMs: one instanceof HoldfastError ? 0 : one.barredForMs,
    };
  });
}

function stateOf(one: Membership | HoldfastError): NodeState {
  if (one instanceof HoldfastError) return one.code === "unavailable" ? "silent" : "refused";
  return one.votes ? "voting" : "barred";
}
