import { HoldfastError, type QuorumStore, quorumStore, restStore } from "@holdfast/core";
import { checkKnown } from "@holdfast/core/commands";
import { type CheckedOptions, OPTION_NAMES } from "../options.ts";
import { misconfigured } from "../problem.ts";
import type { LockNode } from "./options.ts";

/** The databases that locks live on, if they are several. */
export interface Nodes {
  /** What they are called, in their order. */
  readonly labels: readonly string[];
  /** Their store for one request. What it has to give back on nodes that are slow goes on after the answer. */
  storeFor(waitUntil: (work: Promise<unknown>) => void): QuorumStore;
}

const KNOWN = ["maxTtlMs", "nodeTimeoutMs", "driftFactor", "writeBack", "restarts"];

/** @throws Problem `misconfigured` for nodes that cannot be a quorum. */
export function nodesOf({ nodes, quorum, namespace }: CheckedOptions): Nodes | undefined {
  const names = OPTION_NAMES;
  if (nodes === undefined) {
    if (quorum !== undefined)
      throw misconfigured(`${names.quorum} is for ${names.nodes}, which are not set.`);
    return undefined;
  }
  checkNodes(nodes);
  try {
    const options = checkKnown(quorum ?? {}, KNOWN, "option");
    const labels = nodes.map(({ label }, i) => label ?? `node-${i + 1}`);
    const stores = nodes.map(({ url, token }) => restStore({ url, token }));
    // One membership for all tenants: none has to wait until the nodes vote for its namespace too.
    const shared = { ...options, labels, membership: namespace };
    const storeFor: Nodes["storeFor"] = (waitUntil) => quorumStore(stores, { ...shared, waitUntil });
    storeFor(() => {}); // refuses what cannot be
    return { labels, storeFor };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw misconfigured(`${names.nodes} or ${names.quorum} cannot be used; ${error.message}`);
  }
}

function checkNodes(nodes: readonly LockNode[]): void {
  const name = OPTION_NAMES.nodes;
  if (!Array.isArray(nodes) || nodes.length < 3 || nodes.length > 9)
    throw misconfigured(`${name} must be a list of 3 to 9 databases, each with its url and token.`);
  const urls = new Set<string>();
  for (const [i, node] of nodes.entries()) {
    const { url, token } = (node ?? {}) as Partial<LockNode>;
    if (!url || !token) throw misconfigured(`${name}: the url and the token of node ${i + 1} must be set.`);
    if (urls.has(url)) throw misconfigured(`${name}: node ${i + 1} is there twice; a database has one vote.`);
    urls.add(url);
  }
}
