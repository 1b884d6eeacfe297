import { chance } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import type { Reply } from "../store/store.ts";
import { reachedBy, sharedBy } from "./ask.ts";
import { describeShortfall } from "./describe.ts";
import { atNode, refuseDoubles } from "./node-errors.ts";
import type { Quorum, QuorumNode } from "./options.ts";
import type { Vote } from "./vote.ts";

/** What an election came to. Durations in milliseconds. */
export type Outcome =
  | {
      readonly status: "granted";
      readonly remainingMs: number;
      readonly owner: string;
      readonly serverNow: number;
      readonly fences: readonly number[];
    }
  | {
      readonly status: "held";
      /** Which of the names, from 1. */
      readonly blocked: number;
      readonly freeInMs: number;
      readonly heldForMs: number;
      readonly serverNow: number;
      /** The first of the nodes that said so, if a majority did, or the one that alone was asked. */
      readonly by: QuorumNode | undefined;
    }
  | { readonly status: "ended" }
  /** A name is in use as something else. */
  | { readonly status: "kind"; readonly reply: Reply };

/** Counts the votes of one try. */
export interface Tally {
  /** The fences of the lease, once a majority has voted; `undefined` if it comes to nothing. */
  readonly fences: Promise<readonly number[] | undefined>;
  add(node: QuorumNode, vote: Vote): void;
  /** The node has the fences on record, or will not. */
  wrote(node: QuorumNode, done: boolean): void;
  /** What it came to, if that is decided: a majority has the fences on record, or cannot any more. */
  outcome(all: boolean): Outcome | undefined;
  /** Whether a majority has answered, and one of them said no. */
  isDoubtful(): boolean;
  /** Those who have not answered yet. */
  unheard(): readonly QuorumNode[];
  /** Who has not voted by now is not waited for. */
  hurry(): void;
  /** Nobody waits for the outcome any more. */
  close(): void;
  /** Nodes that may have voted for this owner, those that did not answer included. */
  mayHaveVoted(owner: string): { readonly node: QuorumNode; readonly sure: boolean }[];
}

type Yes = Extract<Vote, { vote: "yes" }>;

/** @param own the owner of this try. A repetition of an attempt that has its lease is voted for with an earlier one. */
export function createTally(quorum: Quorum, own: string): Tally {
  const { nodes, majority } = quorum;
  const votes = new Map<QuorumNode, Vote>();
  const written = new Map<QuorumNode, boolean>();
  let settle: (fences: readonly number[] | undefined) => void = () => {};
  let decided: readonly number[] | undefined;
  let hurried = false;
  const fences = new Promise<readonly number[] | undefined>((resolve) => {
    settle = resolve;
  });

  const votersFor = (owner: string) =>
    [...votes].filter(
      (entry): entry is [QuorumNode, Yes] => entry[1].vote === "yes" && entry[1].owner === owner,
    );

  /** Whom most have voted for: this try, unless the attempt has its lease already. */
  function winner(): string {
    const owners = [...votes.values()].flatMap((vote) => (vote.vote === "yes" ? [vote.owner] : []));
    return owners.find((owner) => votersFor(owner).length >= majority) ?? own;
  }

  function decideFences(owner: string): void {
    if (decided) return;
    const voters = votersFor(owner).map(([, vote]) => vote);
    // A lease that is there already has its fences; only all that can be heard of it tell which.
    if (voters.length < majority || (owner !== own && votes.size < nodes.length)) return;
    const [{ fences: first }] = voters as [Yes, ...Yes[]];
    const columns = first.map((_, i) => voters.map((vote) => vote.fences[i] ?? 0));
    decided = columns.map(
      (column) => (owner === own ? undefined : sharedBy(column, majority)) ?? Math.max(...column),
    );
    settle(decided);
  }

  return {
    fences,
    add(node, vote) {
      votes.set(node, vote);
      refuseDoubles([...votes].flatMap(([{ label }, one]) => ("epoch" in one ? [[label, one.epoch]] : [])));
    },
    wrote: (node, done) => void written.set(node, done),
    outcome(all) {
      const owner = winner();
      decideFences(owner);
      const voters = votersFor(owner);
      const writers = voters.filter(([node]) => written.get(node));
      if (decided && writers.length >= majority) {
        const remaining = writers.map(([, vote]) => vote.remainingMs);
        const [[, { serverNow }]] = writers as [(typeof writers)[0]];
        return {
          status: "granted",
          remainingMs: reachedBy(remaining, majority),
          owner,
          serverNow,
          fences: decided,
        };
      }
      const lost = voters.filter(([node]) => written.get(node) === false).length;
      const open = hurried ? 0 : nodes.length - votes.size;
      if (!all && voters.length - lost + open >= majority) return undefined;
      return failure(quorum, [...votes]);
    },
    isDoubtful: () => votes.size >= majority && [...votes.values()].some(({ vote }) => vote === "no"),
    unheard: () => nodes.filter((node) => !votes.has(node)),
    hurry() {
      hurried = true;
    },
    close: () => settle(undefined),
    mayHaveVoted: (owner) =>
      nodes.flatMap((node) => {
        const vote = votes.get(node);
        const sure = vote?.vote === "yes" && vote.owner === owner;
        // A refusal may be that of replicas which did not acknowledge the vote.
        const unsure = !vote || vote.vote === "silent" || vote.vote === "refused";
        return sure || unsure ? [{ node, sure }] : [];
      }),
  };
}

/** @throws HoldfastError when too few nodes took part. */
function failure(quorum: Quorum, votes: readonly (readonly [QuorumNode, Vote])[]): Outcome {
  const { majority, nodes } = quorum;
  const all = votes.map(([, vote]) => vote);
  const kind = all.find((vote) => vote.vote === "kind");
  if (kind) return { status: "kind", reply: kind.reply };
  const ended = all.filter((vote) => vote.vote === "ended").length;
  const held = all.filter((vote) => vote.vote === "no");
  if (ended >= majority || (ended > 0 && held.length === 0)) return { status: "ended" };
  const saidNo = votes.filter(([, { vote }]) => vote === "no").map(([node]) => node);
  const [first] = held;
  if (first) {
    const free = all.flatMap((vote) =>
      vote.vote === "yes" ? [0] : vote.vote === "no" ? [vote.freeInMs] : [],
    );
    const sorted = free.sort((a, b) => a - b);
    return {
      status: "held",
      blocked: first.blocked,
      freeInMs: sorted[majority - 1] ?? Math.max(...sorted),
      heldForMs: Math.max(...held.map((vote) => vote.heldForMs)),
      serverNow: first.serverNow,
      by: held.length >= majority ? nodes.find((node) => saidNo.includes(node)) : undefined,
    };
  }
  const refused = votes.flatMap(([{ label }, vote]) =>
    vote.vote === "refused" ? [atNode(label, vote.error)] : [],
  );
  if (refused[0] && refused.length > nodes.length - majority) throw refused[0];
  throw new HoldfastError("unavailable", describeShortfall(quorum, votes));
}

const SHORTEST_MS = 20;
const LEAST_PATIENCE_MS = 80;
const MOST_PATIENCE_MS = 1000;

/**
 * When to try again: at random, since clients that share out the votes among them would do so again in step, and the more so the
 * more often that has happened (`splits`). The longer the name has been held, the more rarely; when a majority is about
 * to be free, soon after that.
 */
export function retryInMs(
  { clock }: Quorum,
  { freeInMs, heldForMs }: { readonly freeInMs: number; readonly heldForMs: number },
  splits: number,
): number {
  const spreadMs = Math.min(LEAST_PATIENCE_MS * 2 ** splits, MOST_PATIENCE_MS);
  const patienceMs = Math.min(Math.max(heldForMs / 2, spreadMs), MOST_PATIENCE_MS);
  const pauseMs = Math.max(patienceMs * chance(clock), SHORTEST_MS);
  const afterExpiryMs = freeInMs + SHORTEST_MS + (spreadMs - SHORTEST_MS) * chance(clock);
  return Math.ceil(Math.min(pauseMs, afterExpiryMs));
}
