import { checkKnown, checkWhole } from "../check.ts";
import type { Clock } from "../clock.ts";
import { invalid } from "../errors.ts";
import type { LockCommands } from "../lock/commands.ts";
import type { InspectReply, NodeReply } from "../lock/replies.ts";
import type { LockKind } from "../lock/target.ts";
import type { NodeHealth, NodeState } from "../quorum/health.ts";
import { MAX_NAME_LENGTH } from "./limits.ts";
import type { Json } from "./options.ts";

/** Who holds a lease. Moments are by the local clock, in milliseconds since the epoch, as exact as the answer was quick. */
export interface Holder {
  /** SHA-1 of the attempt, in hex: tells holders apart and proves nothing. */
  readonly hash: string;
  readonly fence: number;
  readonly weight: number;
  readonly mode: string;
  readonly metadata: Json | undefined;
  readonly since: number;
  readonly expiresAt: number;
}

/** Who waits. */
export interface Waiter {
  /** SHA-1 of the attempt, in hex: the `hash` of the holder it becomes. */
  readonly hash: string;
  /** Place in the queue, from 1. */
  readonly position: number;
  readonly weight: number;
  readonly mode: string;
  readonly metadata: Json | undefined;
  readonly since: number;
}

/** How a node of a quorum is, and what it says of a name. */
export interface InspectedNode extends NodeHealth {
  /** `hash` of the holder that it voted for. */
  readonly holder: string | undefined;
  /** The latest fence that it knows. */
  readonly fence: number;
}

/** The state of a name at one moment of the server's. */
export interface Inspection {
  readonly name: string;
  /** `undefined` when nothing is remembered of the name. */
  readonly kind: LockKind | undefined;
  readonly held: boolean;
  readonly capacity: number;
  /** The weight that is granted. */
  readonly used: number;
  /** The first 100. */
  readonly holders: readonly Holder[];
  /** The first 100; `waiting` counts all. */
  readonly waiters: readonly Waiter[];
  readonly waiting: number;
  /** The fence of the latest grant; 0 when the name has none that is remembered. */
  readonly lastFence: number;
  /** Over a `quorumStore`: each of its nodes, in their order. */
  readonly nodes?: readonly InspectedNode[];
}

export function inspection(name: string, reply: InspectReply, wallMs: number): Inspection {
  const { kind, capacity, used, fence, serverNow, waiting } = reply;
  const local = (server: number) => Math.floor(wallMs + server - serverNow);
  const holders = reply.holders.map(({ hash, expiry, fence, weight, mode, metadata }) => {
    return { hash, fence, weight, mode, metadata, since: local(fence / 1000), expiresAt: local(expiry) };
  });
  const waiters = reply.waiters.map(({ hash, since, weight, mode, metadata }, i) => {
    return { hash, position: i + 1, weight, mode, metadata, since: local(since) };
  });
  const known = kind === "unused" ? undefined : kind;
  return {
    name,
    kind: known,
    held: holders.length > 0,
    capacity,
    used,
    holders,
    waiters,
    waiting,
    lastFence: fence,
    ...(reply.nodes && { nodes: reply.nodes.map(inspectedNode) }),
  };
}

function inspectedNode({ node, state, latencyMs, barredForMs, hash, fence }: NodeReply): InspectedNode {
  const holder = hash === "" ? undefined : hash;
  return { node, state: state as NodeState, latencyMs, barredForMs, holder, fence };
}

/** How many holders and waiters an inspection shows. */
export const SHOWN = 100;

export interface ListOptions {
  /** Only names that begin with this. Default: all. */
  readonly prefix?: string;
  /** Where the last page ended. Default: the beginning. */
  readonly cursor?: string;
  /** About how many keys of the database to look at for a page. 1 to 1,000; default 100. */
  readonly limit?: number;
}

export interface LockPage {
  readonly locks: readonly Inspection[];
  /** For the next page; `undefined` after the last. A page may be empty and not be the last. */
  readonly cursor: string | undefined;
}

export function checkListStart(prefix: unknown, cursor: unknown): void {
  if (typeof prefix !== "string" || prefix.length > MAX_NAME_LENGTH)
    throw invalid(`prefix must be a string of at most ${MAX_NAME_LENGTH} UTF-16 units.`);
  if (typeof cursor !== "string" || !/^[\d.]{1,64}$/.test(cursor))
    throw invalid("cursor must be what the page before gave.");
}

export async function list(
  commands: LockCommands,
  clock: Clock,
  options: ListOptions = {},
): Promise<LockPage> {
  const {
    prefix = "",
    cursor = "0",
    limit = 100,
  } = checkKnown(options, ["prefix", "cursor", "limit"], "list option");
  checkListStart(prefix, cursor);
  checkWhole("limit", limit, 1, 1000);
  const { names, cursor: next } = await commands.list({ prefix, cursor, limit }, {});
  const locks = await Promise.all(
    names.map((name) =>
      commands.inspect(name, SHOWN, {}).then(
        (reply) => inspection(name, reply, clock.wall()),
        // Something else of the database's that looks like one of our keys.
        (error) => (error.code === "kind-mismatch" ? undefined : Promise.reject(error)),
      ),
    ),
  );
  const known = locks.filter((lock) => lock?.kind !== undefined) as Inspection[];
  return { locks: known, cursor: next === "0" ? undefined : next };
}
