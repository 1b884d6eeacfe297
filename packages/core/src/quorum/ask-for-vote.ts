import { voteScript } from "../lock/scripts.generated.ts";
import { KEYS_PER_NAME } from "../locks/names.ts";
import { admit } from "./admission.ts";
import type { AskNode } from "./ask.ts";
import { beginning } from "./beginning.ts";
import type { Candidate } from "./candidate.ts";
import type { Quorum, QuorumNode } from "./options.ts";
import { noticed, type Vote, voteOf } from "./vote.ts";

/** A node that may vote again, but has not been told so, is told, and asked once more. */
export async function askForVote(
  quorum: Quorum,
  ask: AskNode,
  node: QuorumNode,
  keys: readonly string[],
  candidate: Candidate,
): Promise<Vote> {
  const count = Math.floor(keys.length / KEYS_PER_NAME);
  const once = async () => {
    const args = [candidate.ask, ...beginning(quorum)];
    return voteOf(await ask(node, voteScript, keys, args, (reply) => noticed(reply, count)), count);
  };
  const vote = await once();
  if (vote.vote !== "barred" || vote.forMs > 0) return vote;
  const admitted = await admit(quorum, node, vote.epoch, keys.at(-1) as string);
  return admitted ? once() : vote;
}
