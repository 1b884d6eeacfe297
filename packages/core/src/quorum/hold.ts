import { decodeNumbers } from "../lock/replies.ts";
import { extendScript, forceReleaseScript, unvoteScript } from "../lock/scripts.generated.ts";
import { KEYS_PER_NAME } from "../locks/names.ts";
import type { Script } from "../store/script.ts";
import type { Reply, RunOptions } from "../store/store.ts";
import { type Answer, createRound, reachedBy, untilDecided } from "./ask.ts";
import { askForVote } from "./ask-for-vote.ts";
import { allTries, checkLasting } from "./candidate.ts";
import { memberKey } from "./keys.ts";
import { tooFew } from "./node-errors.ts";
import type { Quorum, QuorumNode } from "./options.ts";

/** Too few have said what is left of a lease. */
const UNKNOWN = -1;

/** Numbers that nodes gave, one for each name of a request. */
interface Column {
  /** Above zero. */
  readonly yes: readonly number[];
  /** How many gave zero. */
  readonly no: number;
}

/**
 * Makes leases last longer. For each the milliseconds that a majority of the nodes grant; 0 for one that no majority
 * knows any more, what is left of which is given back; -1 where too few answer to tell.
 */
export async function extend(
  quorum: Quorum,
  keys: readonly string[],
  args: readonly string[],
  options: RunOptions,
): Promise<number[]> {
  const count = keys.length / KEYS_PER_NAME;
  for (let i = 0; i < count; i++) checkLasting(quorum, Number(args[3 * i + 2]));
  options.onSend?.();
  const leaseOf = (i: number) => {
    const [attempt = "", owner = "", ttlMs = ""] = args.slice(3 * i);
    return { keys: keys.slice(i * KEYS_PER_NAME, (i + 1) * KEYS_PER_NAME), attempt, owner, ttlMs };
  };
  let settle: (remaining: readonly number[]) => void = () => {};
  const outcome = new Promise<readonly number[]>((resolve) => {
    settle = resolve;
  });
  /** A node may say that it lacks a lease before or after it is known that a majority has it. */
  const note = (node: QuorumNode, numbers: readonly number[]) => {
    const lacking = [...numbers.keys()].filter((i) => numbers[i] === 0);
    if (lacking.length === 0) return;
    quorum.background(
      outcome.then((remaining) =>
        Promise.all(
          lacking.filter((i) => (remaining[i] ?? 0) > 0).map((i) => regain(quorum, node, leaseOf(i))),
        ),
      ),
    );
  };
  try {
    const remaining = await poll(quorum, extendScript, keys, args, count, options, note, (columns, open) =>
      columns.map(({ yes, no }) => {
        if (yes.length >= quorum.majority) return reachedBy(yes, quorum.majority);
        return no > quorum.nodes.length - quorum.majority ? 0 : open ? undefined : UNKNOWN;
      }),
    );
    if (remaining.every((ms) => ms === UNKNOWN)) throw tooFew(quorum);
    settle(remaining);
    remaining.forEach((ms, i) => {
      const { keys, attempt, owner } = leaseOf(i);
      if (ms === 0) quorum.background(end(quorum, keys, attempt, allTries(owner), {}));
    });
    return remaining;
  } finally {
    settle([]);
  }
}

/**
 * Asks a node for the vote of a lease that a majority holds and this node does not know: one that lost its data, or was not reached. Else a
 * lease that is held for long would lose a vote with each node that is exchanged, and be lost with the last of a majority.
 */
async function regain(
  quorum: Quorum,
  node: QuorumNode,
  lease: { readonly keys: readonly string[]; attempt: string; owner: string; ttlMs: string },
): Promise<void> {
  const { keys, attempt, owner, ttlMs } = lease;
  const { ask, decided } = createRound(quorum, {});
  decided();
  const candidate = { attempt, owner, ask: `${attempt} ${owner} ${ttlMs} 1 exclusive 0 0 0 - - -` };
  await askForVote(quorum, ask, node, [...keys, memberKey(quorum, keys)], candidate);
}

/**
 * Ends an attempt and all its tries on every node. For each name 1 if it was held until now, as far as can be known.
 *
 * @param owner what the owners of all tries begin with.
 * @throws HoldfastError `unavailable` when no majority has heard of it.
 */
export async function end(
  quorum: Quorum,
  keys: readonly string[],
  attempt: string,
  owner: string,
  options: RunOptions,
): Promise<number[]> {
  const { majority, nodes } = quorum;
  options.onSend?.();
  const count = keys.length / KEYS_PER_NAME;
  return poll(
    quorum,
    unvoteScript,
    keys,
    [attempt, "final", owner],
    count,
    options,
    undefined,
    (columns, open) =>
      columns.map(({ yes, no }) => {
        const heard = yes.length + no;
        if (yes.length >= majority) return 1;
        if (no > nodes.length - majority) return 0;
        if (open) return undefined;
        if (heard < majority) throw tooFew(quorum);
        // A node that cannot be asked may be one that the lease was held on.
        return 1;
      }),
  );
}

/** Whether any node broke a lease. */
export async function forceRelease(
  quorum: Quorum,
  keys: readonly string[],
  args: readonly string[],
  options: RunOptions,
): Promise<number> {
  options.onSend?.();
  const [broke = 0] = await poll(
    quorum,
    forceReleaseScript,
    keys,
    args,
    1,
    options,
    undefined,
    (columns, open) =>
      columns.map(({ yes, no }) => {
        if (open) return undefined;
        if (yes.length + no < quorum.majority) throw tooFew(quorum);
        return Math.sign(yes.length);
      }),
  );
  return broke;
}

/** Asks all nodes for numbers, until `decide` knows what they amount to. `open`: whether more may come. */
function poll(
  quorum: Quorum,
  script: Script,
  keys: readonly string[],
  args: readonly string[],
  count: number,
  options: RunOptions,
  onNumbers: ((node: QuorumNode, numbers: readonly number[]) => void) | undefined,
  decide: (columns: readonly Column[], open: boolean) => (number | undefined)[],
): Promise<number[]> {
  // What is given back is worth a second try on a node that does not matter.
  const round = createRound(quorum, options, script === unvoteScript ? 1 : 0);
  const { ask } = round;
  const heard: number[][] = [];
  return untilDecided(
    quorum,
    round,
    options.signal,
    async (node) => {
      const answer = await ask(node, script, keys, args, (reply) =>
        numbersOf({ reply }, count)?.every((number) => number > 0) ? "yes" : "no",
      );
      const numbers = numbersOf(answer, count);
      if (!numbers) return;
      heard.push(numbers);
      onNumbers?.(node, numbers);
    },
    (all) => {
      const columns = Array.from({ length: count }, (_, i) => {
        const column = heard.map((numbers) => numbers[i] ?? 0);
        const yes = column.filter((number) => number > 0);
        return { yes, no: column.length - yes.length };
      });
      const decided = decide(columns, !all);
      return decided.every((number) => number !== undefined) ? decided : undefined;
    },
  );
}

function numbersOf(answer: Answer, count: number): number[] | undefined {
  if ("error" in answer) return undefined;
  try {
    return decodeNumbers(asList(answer.reply), count);
  } catch {
    return undefined;
  }
}

/** Scripts of one name answer a number, those of several a list. */
function asList(reply: Reply): Reply {
  return typeof reply === "number" ? [reply] : reply;
}
