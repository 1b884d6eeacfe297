import { fencesBeyond, fencesOf, leastProposal } from "./fences.ts";
import type { Visit } from "./moves.ts";
import type { Rules } from "./rules.ts";
import {
  ASKING,
  canDoWithout,
  copy,
  ENDED,
  FREE,
  forget,
  HOLDING,
  nodeOf,
  type State,
  TAKEN_BACK,
  tryOf,
  VOTING,
  WRITING,
} from "./state.ts";

// What happens at a node: requests arrive, and votes run out.

/** A request for a vote arrives, for the first time or repeated. */
export function vote(state: State, t: number, n: number, rules: Rules, visit: Visit): void {
  const { phase, heard, takenBack } = tryOf(state, t);
  const node = nodeOf(state, n);
  if (node.standing !== VOTING || node.holder !== FREE) return;
  if (phase !== ASKING && phase !== WRITING && phase !== TAKEN_BACK) return;
  if (phase === TAKEN_BACK && rules.forbids && takenBack & (1 << n)) return;
  const asks = phase === ASKING && !(heard & (1 << n));
  // Under synchronous timing a vote that comes after the fence was fixed still adds to those that stand.
  const confirms = rules.timing === "synchronous" && (asks || phase === WRITING);
  const give = (fence: number, told: boolean) => {
    const next = copy(state);
    const voter = nodeOf(next, n);
    voter.holder = t;
    voter.record = fence;
    if (told && asks) hear(next, t, n, fence);
    if (told && confirms) tryOf(next, t).standing |= 1 << n;
    visit({ kind: "vote", attempt: t, node: n, fence, told }, next);
  };
  const known = fencesOf(state);
  const least = leastProposal(node, known);
  // A vote that nobody hears of matters where a write-back follows it: it is given when that is due.
  const canRaise = phase === WRITING && (rules.raises === "possessed" || least <= tryOf(state, t).fence);
  if (rules.thorough || phase === TAKEN_BACK || canRaise) give(least, false);
  if (!asks) {
    if (confirms) give(least, true);
    return;
  }
  // What is below the greatest proposal so far is of no more consequence than if nobody heard of it.
  const { fence: greatest } = tryOf(state, t);
  if (least < greatest) give(least, true);
  const bound = Math.max(node.record, node.floor);
  for (const fence of fencesBeyond(state, known, bound)) if (fence >= greatest) give(fence, true);
  if (rules.floor === "reached" && node.floor > node.record && known.includes(node.floor))
    give(node.floor, true);
}

/** The client hears of a proposal. The nodes that made the greatest one have it from then on. */
function hear(next: State, t: number, n: number, proposal: number): void {
  const attempt = tryOf(next, t);
  attempt.heard |= 1 << n;
  if (proposal < attempt.fence) return;
  if (proposal > attempt.fence)
    for (const node of next.nodes) node.fenced = node.fenced.filter((other) => other !== t);
  attempt.fence = proposal;
  nodeOf(next, n).fenced.push(t);
}

/** A late request of a try that has ended. */
export function voteOfEnded(state: State, n: number, visit: Visit): void {
  const node = nodeOf(state, n);
  if (node.standing !== VOTING || node.holder !== FREE) return;
  const next = copy(state);
  const voter = nodeOf(next, n);
  voter.holder = ENDED;
  voter.record = leastProposal(node, fencesOf(state));
  visit({ kind: "vote", attempt: ENDED, node: n, fence: voter.record, told: false }, next);
}

/** A node drops a vote because its time is over by the node's own clock, or because it was taken back. */
export function expire(state: State, n: number, rules: Rules, visit: Visit): void {
  const t = nodeOf(state, n).holder;
  if (t === FREE) return;
  const next = copy(state);
  drop(next, n, rules);
  if (t !== ENDED && rules.timing === "synchronous") {
    const { phase } = tryOf(next, t);
    // The client counts its time from before it asked: a try that was not granted by now is over.
    if (phase === ASKING || phase === WRITING) forget(next, t, rules);
    if (phase === HOLDING && !canDoWithout(tryOf(next, t), n, rules)) return;
  }
  visit({ kind: "expire", attempt: t, node: n, fence: 0, told: false }, next);
}

export function takeBack(state: State, t: number, n: number, rules: Rules, visit: Visit): void {
  const node = nodeOf(state, n);
  const { phase, again, takenBack } = tryOf(state, t);
  const mistaken = !rules.ownerPerTry && again && node.holder === t;
  const remembered = phase === TAKEN_BACK && node.standing === VOTING && !(takenBack & (1 << n));
  if (!mistaken && !remembered) return;
  const next = copy(state);
  if (node.holder === t) drop(next, n, rules);
  if (remembered) tryOf(next, t).takenBack |= 1 << n;
  visit({ kind: "take back", attempt: mistaken ? ENDED : t, node: n, fence: 0, told: false }, next);
}

/** A write-back arrives. That its acknowledgement is lost is the client's not counting it. */
export function raise(state: State, t: number, n: number, rules: Rules, visit: Visit): void {
  const { phase, fence } = tryOf(state, t);
  const node = nodeOf(state, n);
  if (phase !== WRITING || !rules.writesBack) return;
  if (node.standing !== VOTING && !(rules.raisesWhileBarred && node.holder === t)) return;
  if (rules.raises !== "always" && node.holder !== t) return;
  if (rules.raises === "possessed and not passed" && node.record > fence) return;
  const acknowledged = !node.fenced.includes(t);
  const marked = rules.mark === "written back" && node.mark < fence;
  if (!acknowledged && !marked && node.record >= fence) return;
  const next = copy(state);
  const raised = nodeOf(next, n);
  raised.record = Math.max(raised.record, fence);
  if (marked) raised.mark = fence;
  if (acknowledged) raised.fenced.push(t);
  visit({ kind: "raise", attempt: t, node: n, fence, told: acknowledged }, next);
}

/** A late write-back of a try that has ended: with whatever fence. */
export function raiseOfEnded(state: State, n: number, rules: Rules, visit: Visit): void {
  const { holder, record, standing } = nodeOf(state, n);
  if (standing !== VOTING || holder !== ENDED || !rules.writesBack) return;
  for (const fence of fencesBeyond(state, fencesOf(state), record)) {
    const next = copy(state);
    nodeOf(next, n).record = fence;
    visit({ kind: "raise", attempt: ENDED, node: n, fence, told: false }, next);
  }
}

function drop(next: State, n: number, rules: Rules): void {
  const node = nodeOf(next, n);
  node.holder = FREE;
  if (!rules.keepsRecord) node.record = 0;
}
