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

/** @throws HoldfastError `unavailable` for what the script does not answer. */
function decodeVote(reply: Reply): Vote {
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
    decodeWhole(serverNow);
    return { vote: "no", epoch, blocked, freeInMs, heldForMs, serverNow };
  }
  const [remainingMs, owner, serverNow, ...fences] = rest;
  if (status !== "granted") text(null);
  return {
    vote: "yes",
    epoch,
    owner: text(owner),
    remainingMs: decodeWhole(remainingMs),
    serverNow: decodeWhole(serverNow),
    fences: fences.map((fence) => decodeWhole(fence, 1)),
  };
}

/** What the node's answer amounts to; one that makes no sense is none. */
export function voteOf(answer: Answer): Vote {
  if ("error" in answer)
    return { vote: answer.error.code === "unavailable" ? "silent" : "refused", error: answer.error };
  try {
    return decodeVote(answer.reply);
  } catch (error) {
    return { vote: "silent", error: error as HoldfastError };
  }
}

/** What events call it. */
export function noticed(reply: Reply): NodeVote {
  const { vote } = voteOf({ reply });
  return vote === "ended" || vote === "kind" ? "no" : vote;
}
