import { checkKnown } from "../check.ts";
import { HoldfastError } from "../errors.ts";
import { decodeWhole, list, text } from "../lock/replies.ts";
import { admitScript, membershipScript } from "../lock/scripts.generated.ts";
import { MIN_TTL_MS } from "../locks/limits.ts";
import { checkNamespace } from "../locks/names.ts";
import type { NodeVote, Reply, RunOptions, Store } from "../store/store.ts";
import { type Answer, askAll, createRound } from "./ask.ts";
import { beginning } from "./beginning.ts";
import { memberKeyOf } from "./keys.ts";
import { atNode, refuseDoubles } from "./node-errors.ts";
import { parseQuorum, type Quorum, type QuorumNode, type QuorumOptions } from "./options.ts";

/** How a node stands. */
export interface Membership {
  readonly epoch: string;
  readonly votes: boolean;
  /** Until it can be admitted, in milliseconds. */
  readonly barredForMs: number;
  /** No fence that the node ever knew is greater. */
  readonly greatest: number;
}

/** The memberships of all nodes, in their order; an error for one that gave none. */
export async function memberships(
  quorum: Quorum,
  key: string,
  options: RunOptions,
): Promise<(Membership | HoldfastError)[]> {
  const answers = await askAll(quorum, options, membershipScript, [key], () => beginning(quorum), noticed);
  return answers.map(decode);
}

function noticed(reply: Reply): NodeVote {
  return Array.isArray(reply) && reply[1] === "voting" ? "yes" : "barred";
}

function decode(answer: Answer): Membership | HoldfastError {
  if ("error" in answer) return answer.error;
  try {
    const [epoch, state, forMs, greatest] = list(answer.reply);
    return {
      epoch: text(epoch),
      votes: text(state) === "voting",
      barredForMs: decodeWhole(forMs),
      greatest: decodeWhole(greatest),
    };
  } catch (error) {
    return error as HoldfastError;
  }
}

/**
 * Lets a node vote whose wait is over. What it forgot of fences is at most what a majority of the nodes know that have
 * forgotten nothing: every majority that has written a fence shares one of them. If a majority has forgotten, there is
 * nobody to ask, and the fences go on from the greatest that is known and from the time.
 */
export async function admit(quorum: Quorum, node: QuorumNode, epoch: string, key: string): Promise<boolean> {
  const known = (await memberships(quorum, key, {})).filter(
    (one): one is Membership => !(one instanceof HoldfastError),
  );
  const forgetful = known.filter(({ votes }) => !votes).length;
  const enough =
    known.length - forgetful >= quorum.majority || forgetful > quorum.nodes.length - quorum.majority;
  if (!enough) return false;
  const floor = Math.max(...known.map(({ greatest }) => greatest));
  const args = [...beginning(quorum), epoch, floor];
  const answer = await createRound(quorum, {}).ask(node, admitScript, [key], args, () => "yes");
  return "reply" in answer && answer.reply === 1;
}

/** `nodeTimeoutMs` is 5,000 if not given. */
export interface FoundingOptions
  extends Omit<QuorumOptions, "maxTtlMs" | "driftFactor" | "writeBack" | "membership"> {
  /** That of the locks, or the quorum's `membership`. Default `holdfast`. */
  readonly namespace?: string;
}

/**
 * Lets the nodes of a new quorum vote at once. Without it they begin to by themselves after `maxTtlMs`, since a new node
 * cannot be told from one that came back without its data. For a quorum that nobody uses yet, or whose leases have all
 * ended: it overrides the wait of a node that was restarted. Repeating it changes nothing.
 *
 * @throws HoldfastError `unavailable` when a node does not answer: run it again; `invalid-argument` when two nodes are the same database.
 * @example
 * ```ts
 * await foundQuorum([restStore(a), restStore(b), restStore(c)], { namespace: "billing" });
 * ```
 */
export async function foundQuorum(stores: readonly Store[], options: FoundingOptions = {}): Promise<void> {
  const { namespace = "holdfast", ...rest } = options;
  checkNamespace(namespace);
  checkKnown(rest, ["nodeTimeoutMs", "restarts", "labels", "waitUntil", "clock"], "foundQuorum option");
  // No node waits for this: what each is to wait for is told by those who take locks.
  const quorum = parseQuorum("foundQuorum", stores, { nodeTimeoutMs: 5000, ...rest, maxTtlMs: MIN_TTL_MS });
  const key = memberKeyOf(namespace);
  const labelOf = (i: number) => quorum.nodes[i]?.label ?? "";
  const known = (await memberships(quorum, key, {})).map((one, i) => {
    if (one instanceof HoldfastError) throw atNode(labelOf(i), one);
    return one;
  });
  refuseDoubles(known.map(({ epoch }, i) => [labelOf(i), epoch]));
  const floor = Math.max(...known.map(({ greatest }) => greatest));
  const args = () => [...beginning(quorum), "", floor];
  const answers = await askAll(quorum, {}, admitScript, [key], args, () => "yes");
  for (const [i, answer] of answers.entries()) if ("error" in answer) throw atNode(labelOf(i), answer.error);
}
