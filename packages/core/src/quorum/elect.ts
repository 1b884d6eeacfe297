import { atMost, foregroundTimer } from "../clock.ts";
import { elapsedMs, type Instant, instant } from "../lease/deadline.ts";
import { raiseScript, unvoteScript } from "../lock/scripts.generated.ts";
import type { RunOptions } from "../store/store.ts";
import { type AskNode, createRound, untilDecided } from "./ask.ts";
import { askForVote } from "./ask-for-vote.ts";
import type { Candidate } from "./candidate.ts";
import { memberKey } from "./keys.ts";
import type { Quorum, QuorumNode } from "./options.ts";
import { createTally, type Outcome, type Tally } from "./tally.ts";
import type { Vote } from "./vote.ts";

/** Whether a try that failed may have left something on a node that did not answer. */
export type Elected = Outcome & { readonly unsettled: boolean };

/** Who has been told no waits this much longer for the rest, or so many times as long as a majority took to answer. */
const LATE_MS = 30;
const LATE_FACTOR = 3;

/**
 * One try to take names on a majority of the nodes.
 *
 * Each node is asked for its vote. As soon as a majority has voted, the greatest of their fences is written to every node
 * that voted, and the lease counts once a majority has it: so the majorities of any two leases share a node on which the
 * later one had to propose a greater fence (a majority register, after Attiya, Bar-Noy and Dolev, 1995). As soon as a majority is impossible, what this
 * try has is given back, on the nodes that did not answer too. No node is waited for that does not matter any more.
 *
 * The votes are Redlock's (redis.io, "Distributed Locks with Redis").
 *
 * @param first a node that is asked before the others, which are spared if it says no: most of those who wait are then told by one
 * request each, and do not share out among them the votes that one of them needs.
 * @param patience grows with the tries that have failed for want of a majority: from 1.
 */
export async function elect(
  quorum: Quorum,
  keys: readonly string[],
  candidate: Candidate,
  first: QuorumNode | undefined,
  patience: number,
  options: RunOptions,
): Promise<Elected> {
  const round = createRound(quorum, options);
  const { ask } = round;
  const { clock } = quorum;
  const started = instant(clock);
  const allKeys = [...keys, memberKey(quorum, keys)];
  const tally = createTally(quorum, candidate.owner);
  options.onSend?.();
  const foreseen = first && (await askForVote(quorum, ask, first, allKeys, candidate));
  if (first && foreseen?.vote === "no") {
    const { blocked, freeInMs, heldForMs, serverNow } = foreseen;
    return {
      status: "held",
      blocked,
      freeInMs,
      heldForMs,
      serverNow,
      by: first,
      unsettled: false,
    };
  }
  let hurrying: unknown;
  try {
    const outcome = await untilDecided(
      quorum,
      round,
      options.signal,
      async (node, look) => {
        const vote =
          node === first && foreseen ? foreseen : await askForVote(quorum, ask, node, allKeys, candidate);
        tally.add(node, vote);
        look();
        // Meanwhile its votes are in the way of others. That somebody has the name is what it will most likely come to.
        if (tally.isDoubtful())
          hurrying ??= foregroundTimer(
            clock,
            () => {
              tally.hurry();
              look();
            },
            patience * Math.max(LATE_FACTOR * elapsedMs(clock, started), LATE_MS, usualMs(quorum, tally)),
          );
        if (vote.vote === "yes") await writeBack(quorum, ask, node, allKeys, candidate, vote, tally);
      },
      tally.outcome,
    );
    const granted = outcome.status === "granted";
    if (granted && outcome.owner === candidate.owner) return { ...outcome, unsettled: false };
    return { ...outcome, unsettled: await giveBack(quorum, keys, candidate, tally, started, options.signal) };
  } catch (error) {
    if (!options.signal?.aborted) await giveBack(quorum, keys, candidate, tally, started, options.signal);
    throw error;
  } finally {
    clock.clearTimeout(hurrying);
    tally.close();
  }
}

/** How long those take at the most, going by the last time, who have not answered yet. */
function usualMs({ latencies }: Quorum, tally: Tally): number {
  return 2 * Math.max(0, ...tally.unheard().map((node) => latencies.get(node) ?? 0));
}

async function writeBack(
  quorum: Quorum,
  ask: AskNode,
  node: QuorumNode,
  keys: readonly string[],
  { attempt }: Candidate,
  vote: Extract<Vote, { vote: "yes" }>,
  tally: Tally,
): Promise<void> {
  const fences = await tally.fences;
  if (!fences) return;
  const apart = vote.fences.map((fence, i) => fence - (fences[i] ?? 0));
  if (!quorum.writeBack || apart.every((distance) => distance === 0)) return tally.wrote(node, true);
  // A vote that came late and knows of greater fences than were decided on: others may have had it in between.
  if (apart.some((distance) => distance > 0)) return tally.wrote(node, false);
  const args = [attempt, vote.owner, quorum.restarts, ...fences];
  const answer = await ask(node, raiseScript, keys, args, (reply) => (reply === 1 ? "yes" : "no"));
  tally.wrote(node, "reply" in answer && answer.reply === 1);
}

/**
 * Gives back what a try has. Whether something may be left of it: of nodes that voted the answer is waited for, for about as long as
 * the votes took, since nobody else gets theirs before; the others are told, too. Rejects with the reason of an abort.
 */
async function giveBack(
  quorum: Quorum,
  keys: readonly string[],
  { attempt, owner }: Candidate,
  tally: Tally,
  started: Instant,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { clock } = quorum;
  const { ask, decided } = createRound(quorum, {}, 1);
  decided();
  const voters = tally.mayHaveVoted(owner);
  const undone = voters.map(({ node }) =>
    ask(node, unvoteScript, keys, [attempt, "try", owner], () => "yes"),
  );
  const answers = Promise.all(undone.filter((_, i) => voters[i]?.sure));
  quorum.background(Promise.all(undone));
  const mostMs = LATE_FACTOR * Math.max(elapsedMs(clock, started), LATE_MS);
  const given = await atMost(clock, mostMs, answers, signal);
  const all = given?.every((answer) => "reply" in answer) ?? false;
  return !all || voters.some(({ sure }) => !sure);
}
