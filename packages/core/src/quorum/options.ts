import { checkKnown, checkMs } from "../check.ts";
import { type Clock, checkClock, MAX_TIMER_MS, systemClock } from "../clock.ts";
import { invalid } from "../errors.ts";
import { DAY_MS, MIN_TTL_MS } from "../locks/limits.ts";
import { checkNamespace } from "../locks/names.ts";
import type { Store } from "../store/store.ts";
import { tryNames } from "./candidate.ts";

/** What the servers of one quorum share. All its clients should give the same, `clock` and `waitUntil` apart. */
export interface QuorumOptions {
  /**
   * The longest that any lease of the quorum lasts, its lock-delay included: a longer `ttlMs` is refused. A node that may
   * have forgotten leases does not vote for so long. 10 to 86,400,000 ms; default 60,000.
   */
  readonly maxTtlMs?: number;
  /** Time for one node to answer one request. 1 to 2,147,483,647 ms; default 1,000. */
  readonly nodeTimeoutMs?: number;
  /**
   * By how much the rates of clocks may differ, as a share: a lease is relied on for so much less than its TTL. 0.01 to 0.5;
   * default 0.01.
   */
  readonly driftFactor?: number;
  /**
   * Whether a grant's fence is written to a majority before the grant counts, which costs a round trip. Without it, a fence
   * may be smaller than that of an earlier grant. Default true.
   */
  readonly writeBack?: boolean;
  /**
   * What a restart of a node, or a failover to its replica, does to acknowledged writes: with `lossy` (the default) some may
   * be lost, so the node does not vote for `maxTtlMs`; `durable` says that there are none (`appendfsync always` on a disk
   * that keeps its word), and only a node without any data is kept from voting.
   */
  readonly restarts?: "lossy" | "durable";
  /**
   * The namespace under which the nodes keep their membership. Default: that of the locks. Give one for all where locks of
   * several namespaces live on the same nodes, so that the quorum is founded, and a node's wait begins, once for all of them.
   */
  readonly membership?: string;
  /** What events and errors call the nodes, in their order. Default `node-1`, `node-2` and so on. */
  readonly labels?: readonly string[];
  /** Keeps work alive after the answer, as `ctx.waitUntil` of a Worker: giving back on nodes that are slow. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

/** A server, and what it is called. */
export interface QuorumNode {
  readonly label: string;
  readonly store: Store;
}

export interface Quorum extends Required<Omit<QuorumOptions, "labels" | "waitUntil" | "membership">> {
  readonly membership: string | undefined;
  readonly nodes: readonly QuorumNode[];
  /** How many nodes make a majority. */
  readonly majority: number;
  /** How long each node took the last time, in milliseconds; none for one that did not answer. */
  readonly latencies: Map<QuorumNode, number>;
  /** What the next try is called. */
  readonly tryName: () => string;
  /** Keeps work alive that nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
}

const MIN_NODES = 3;
const MAX_NODES = 9;
const KNOWN = [
  "maxTtlMs",
  "nodeTimeoutMs",
  "driftFactor",
  "writeBack",
  "restarts",
  "membership",
  "labels",
  "waitUntil",
  "clock",
];

/** @throws HoldfastError `invalid-argument` for nodes or options that cannot work. */
export function parseQuorum(maker: string, stores: readonly Store[], options: QuorumOptions): Quorum {
  const {
    maxTtlMs = 60_000,
    nodeTimeoutMs = 1000,
    driftFactor = 0.01,
    writeBack = true,
    restarts = "lossy",
    membership,
    labels,
    waitUntil,
    clock = systemClock,
  } = checkKnown(options, KNOWN, `${maker} option`);
  checkClock(clock);
  if (typeof driftFactor !== "number" || !(driftFactor >= 0.01 && driftFactor <= 0.5))
    throw invalid("driftFactor must be a number from 0.01 to 0.5.");
  if (typeof writeBack !== "boolean") throw invalid("writeBack must be true or false.");
  if (restarts !== "lossy" && restarts !== "durable") throw invalid('restarts must be "lossy" or "durable".');
  if (membership !== undefined) checkNamespace(membership);
  if (waitUntil !== undefined && typeof waitUntil !== "function")
    throw invalid("waitUntil must be a function.");
  const nodes = checkNodes(maker, stores, labels);
  return {
    maxTtlMs: checkMs("maxTtlMs", maxTtlMs, MIN_TTL_MS, DAY_MS),
    nodeTimeoutMs: checkMs("nodeTimeoutMs", nodeTimeoutMs, 1, MAX_TIMER_MS),
    driftFactor,
    writeBack,
    restarts,
    membership,
    clock,
    nodes,
    majority: Math.floor(nodes.length / 2) + 1,
    latencies: new Map(),
    tryName: tryNames(clock),
    background(work) {
      const settled = work.catch(() => {});
      try {
        waitUntil?.(settled);
      } catch {
        // What keeps work alive must not decide how a lock turns out.
      }
    },
  };
}

function checkNodes(maker: string, stores: readonly Store[], labels: unknown): readonly QuorumNode[] {
  if (!Array.isArray(stores) || stores.length < MIN_NODES || stores.length > MAX_NODES)
    throw invalid(
      `${maker} needs an array of ${MIN_NODES} to ${MAX_NODES} stores, each of a database of its own: with fewer, none may fail.`,
    );
  const given = labels ?? stores.map((_, i) => `node-${i + 1}`);
  const fits =
    Array.isArray(given) &&
    given.length === stores.length &&
    new Set(given).size === given.length &&
    [...given].every((label) => typeof label === "string" && /^[\w.:-]{1,64}$/.test(label));
  if (!fits)
    throw invalid("labels must name each node differently, in 1 to 64 of the characters A-Z a-z 0-9 _ . : -");
  return [...stores].map((store: Store, i) => {
    const label = given[i] as string;
    if (typeof store?.run !== "function")
      throw invalid(`${maker}: ${label} is no store, such as restStore({ url, token }).`);
    if (store.locksOnly)
      throw invalid(`${maker}: ${label} is a quorum itself; give its databases, each as a node.`);
    if (store.slotOf)
      throw invalid(
        `${maker}: ${label} is a Redis Cluster, which keeps names apart that a node must see together; use servers that are no cluster.`,
      );
    if (stores.indexOf(store) !== i)
      throw invalid(`${maker}: ${label} is given twice; a database has one vote.`);
    return { label, store };
  });
}
