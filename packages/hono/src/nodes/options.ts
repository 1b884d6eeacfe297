import type { QuorumOptions } from "@holdfast/core";

/** One of the databases that locks live on, by the Upstash REST protocol. */
export interface LockNode {
  readonly url: string;
  readonly token: string;
  /** What answers, metrics and the dashboard call it: 1 to 64 of `A-Z a-z 0-9 _ . : -`. Default `node-1`, `node-2` and so on. */
  readonly label?: string;
}

/** How the nodes of a quorum work together, as `quorumStore` of `@holdfast/core` takes it. */
export type NodesOptions = Pick<
  QuorumOptions,
  "maxTtlMs" | "nodeTimeoutMs" | "driftFactor" | "writeBack" | "restarts"
>;
