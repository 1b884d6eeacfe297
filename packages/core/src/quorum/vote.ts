import type { HoldfastError } from "../errors.ts";
import { decodeWhole, list, text } from "../lock/replies.ts";
import type { NodeVote, Reply } from "../store/store.ts";
import type { Answer } from "./ask.ts";

/** What a node said to a candidate. `epoch`: of its membership. Durations in milliseconds. */
export type Vote =
  | {
      readonly vote: "yes";
      readonly epoch: string;
      /** Whom it voted for: the candidate, or an earlier try of the same attempt. */
      readonly owner: string;
      readonly remainingMs: number;
      readonly serverNow: number;
      readonly fences: readonly number[];
    }
  | {
      readonly vote: "no";
      readonly epoch: string;
      readonly blocked: number;
      readonly freeInMs: number;
      readonly heldForMs: number;
      readonly serverNow: number;
    }
  | { readonly vote: "ended"; readonly epoch: string }
  | { readonly vote: "barred"; readonly epoch: string; readonly forMs: number }
  | { readonly vote: "kind"; readonly reply: Reply }
  | { readonly vote: "silent" | "refused"; readonly error: HoldfastError };

/** In microseconds: the year 2112. A clock that shows more would use up the safe integers for all nodes. */
const MAX_FENCE = 2 ** 52;

/** @throws HoldfastError `unavailable` for what the script does not answer. */
function decodeVote(reply: Reply, count: number): Vote {
  const [head, status, ...rest] = list(reply);
  if (head === "kind") return { vote: "kind", reply };
  const epoch = text(head);
  if (status === "ended") return { vote: "ended", epoch };
  if (status === "barred") return { vote: "barred", epoch, forMs: decodeWhole(rest[0]) };
  if (status === "held") {
    const [blocked, freeInMs, heldForMs, serverNow] = rest.map((value) => decodeWhole(value)) as [
      number,
      number,
      number,
      number,
    ];
    decodeWhole(blocked, 1, count);
    decodeWhole(serverNow);
    return { vote: "no", epoch, blocked, freeInMs, heldForMs, serverNow };
  }
  const [remainingMs, owner, serverNow, ...fences] = rest;
  if (status !== "granted" || fences.length !== count) text(null);
  return {
    vote: "yes",
    epoch,
    owner: text(owner),
    remainingMs: decodeWhole(remainingMs),
    serverNow: decodeWhole(serverNow),
    fences: fences.map((fence) => decodeWhole(fence, 1, MAX_FENCE)),
  };
}

/** What the node's answer for so many names amounts to; one that makes no sense is none. */
export function voteOf(answer: Answer, count: number): Vote {
  if ("error" in answer)
    return { vote: answer.error.code === "unavailable" ? "silent" : "refused", error: answer.error };
  try {
    return decodeVote(answer.reply, count);
  } catch (error) {
    return { vote: "silent", error: error as HoldfastError };
  }
}

/** What events call it. */
export function noticed(reply: Reply, count: number): NodeVote {
  const { vote } = voteOf({ reply }, count);
  return vote === "ended" || vote === "kind" ? "no" : vote;
}
