import { admissions } from "./admissions.ts";
import { fencesBeyond, fencesOf, leastProposal } from "./fences.ts";
import { canDoWithout } from "./reliance.ts";
import { NODES, type Rules } from "./rules.ts";
import {
  ASKING,
  bits,
  COUNTED,
  copy,
  ENDED,
  FREE,
  forget,
  HOLDING,
  isActive,
  isCounted,
  nodeOf,
  type State,
  TAKEN_BACK,
  tryOf,
  UNUSED,
  VOTING,
  WAITED,
  WRITING,
} from "./state.ts";

// Whatever was sent may arrive at any later time, again and again, or never: a message needs no place in the state, it
// can be delivered from the moment its sender's phase says that it was sent. An answer is decided on when the node gives
// it: the client will hear of it, or not. A client that stops, pauses or crashes is one that makes no further move; the
// messages of all tries that have ended arrive as those of one nameless try.

export interface Move {
  kind:
    | "begin"
    | "vote"
    | "expire"
    | "take back"
    | "fix"
    | "raise"
    | "count"
    | "end"
    | "lose"
    | "wait over"
    | "read"
    | "admit";
  /** The try, or ENDED. */
  attempt: number;
  node: number;
  fence: number;
  /** The client hears of it; the grant is remembered; the admission is a late one. */
  told: boolean;
}

export type Visit = (move: Move, next: State) => void;

/** Every state that one step leads to. */
export function successors(state: State, rules: Rules, visit: Visit): void {
  if (rules.losses > 0) {
    admissions(state, rules, visit);
    if (!rules.thorough && state.nodes.some(({ standing }) => standing === WAITED)) return;
  }
  begin(state, rules, visit);
  for (let t = 0; t < state.tries.length; t++) {
    fix(state, t, rules, visit);
    count(state, t, rules, visit);
    end(state, t, rules, visit);
    for (let n = 0; n < NODES; n++) {
      vote(state, t, n, rules, visit);
      raise(state, t, n, rules, visit);
      takeBack(state, t, n, rules, visit);
    }
  }
  for (let n = 0; n < NODES; n++) {
    expire(state, n, rules, visit);
    if (!rules.thorough) continue;
    voteOfEnded(state, n, visit);
    raiseOfEnded(state, n, rules, visit);
  }
}

function begin(state: State, rules: Rules, visit: Visit): void {
  const attempt = state.tries.findIndex(({ phase }) => phase === UNUSED);
  if (state.tries.filter(isActive).length === rules.clients) return;
  const next = copy(state);
  const begun = tryOf(next, attempt);
  begun.phase = ASKING;
  begun.again = state.gaveUp;
  next.gaveUp = false;
  for (const other of next.tries) if (isCounted(other)) begun.after = Math.max(begun.after, other.fence);
  visit({ kind: "begin", attempt, node: -1, fence: 0, told: begun.again }, next);
}

/** A request for a vote arrives, for the first time or repeated. */
function vote(state: State, t: number, n: number, rules: Rules, visit: Visit): void {
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
function voteOfEnded(state: State, n: number, visit: Visit): void {
  const node = nodeOf(state, n);
  if (node.standing !== VOTING || node.holder !== FREE) return;
  const next = copy(state);
  const voter = nodeOf(next, n);
  voter.holder = ENDED;
  voter.record = leastProposal(node, fencesOf(state));
  visit({ kind: "vote", attempt: ENDED, node: n, fence: voter.record, told: false }, next);
}

/** A node drops a vote because its time is over by the node's own clock, or because it was taken back. */
function expire(state: State, n: number, rules: Rules, visit: Visit): void {
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

function takeBack(state: State, t: number, n: number, rules: Rules, visit: Visit): void {
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

/** A majority has voted: the greatest of their proposals is the fence. */
function fix(state: State, t: number, rules: Rules, visit: Visit): void {
  const { phase, heard, fence } = tryOf(state, t);
  if (phase !== ASKING || bits(heard) < rules.majority) return;
  const next = copy(state);
  const fixed = tryOf(next, t);
  fixed.phase = WRITING;
  fixed.heard = 0;
  visit({ kind: "fix", attempt: t, node: -1, fence, told: false }, next);
}

/** A write-back arrives. That its acknowledgement is lost is the client's not counting it. */
function raise(state: State, t: number, n: number, rules: Rules, visit: Visit): void {
  const { phase, fence } = tryOf(state, t);
  const node = nodeOf(state, n);
  if (phase !== WRITING || !rules.writesBack || node.standing !== VOTING) return;
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
function raiseOfEnded(state: State, n: number, rules: Rules, visit: Visit): void {
  const { holder, record, standing } = nodeOf(state, n);
  if (standing !== VOTING || holder !== ENDED || !rules.writesBack) return;
  for (const fence of fencesBeyond(state, fencesOf(state), record)) {
    const next = copy(state);
    nodeOf(next, n).record = fence;
    visit({ kind: "raise", attempt: ENDED, node: n, fence, told: false }, next);
  }
}

/** The grant counts: enough nodes have its fence, and its client's clock says that it is in time. */
function count(state: State, t: number, rules: Rules, visit: Visit): void {
  const { phase, fence, standing } = tryOf(state, t);
  if (phase !== WRITING) return;
  if (state.nodes.filter(({ fenced }) => fenced.includes(t)).length < rules.acknowledgements) return;
  const synchronous = rules.timing === "synchronous";
  if (synchronous && bits(standing) < rules.majority) return;
  const next = copy(state);
  const counted = tryOf(next, t);
  counted.phase = HOLDING;
  counted.old = false;
  counted.again = false;
  counted.after = 0;
  // How long a client relies on its grant is nothing to the others unless clocks are.
  if (synchronous) visit({ kind: "count", attempt: t, node: -1, fence, told: false }, next);
  else end(next, t, rules, visit, "count");
}

/** The client ends what it has: by releasing it, by giving up, or because it crashed and nothing more is heard of it. */
function end(state: State, t: number, rules: Rules, visit: Visit, kind: "end" | "count" = "end"): void {
  const { phase, fence } = tryOf(state, t);
  if (!isActive(tryOf(state, t))) return;
  const next = copy(state);
  forget(next, t, rules);
  next.gaveUp = !rules.ownerPerTry && phase !== HOLDING;
  visit({ kind, attempt: t, node: -1, fence, told: false }, next);
  remember(state, t, rules, (remembered) =>
    visit({ kind, attempt: t, node: -1, fence, told: true }, remembered),
  );
}

/** Any one grant that counted, or any one try that was taken back, is kept to look at what follows. */
function remember(state: State, t: number, rules: Rules, keep: (next: State) => void): void {
  if (state.tries.some(({ phase }) => phase === COUNTED || phase === TAKEN_BACK)) return;
  const { phase } = tryOf(state, t);
  if (rules.looksFor === "orphans" ? phase === HOLDING : phase !== HOLDING) return;
  const next = copy(state);
  const { fence } = tryOf(state, t);
  const { nodes } = copy(state);
  forget(next, t, rules);
  const kept = tryOf(next, t);
  if (rules.looksFor === "orphans") {
    kept.phase = TAKEN_BACK;
    next.nodes.forEach((node, n) => {
      if (nodes[n]?.holder === t) node.holder = t;
    });
  } else {
    kept.phase = COUNTED;
    kept.fence = fence;
    next.nodes.forEach((node, n) => {
      node.fenced = nodes[n]?.fenced ?? [];
    });
  }
  keep(next);
}

function drop(next: State, n: number, rules: Rules): void {
  const node = nodeOf(next, n);
  node.holder = FREE;
  if (!rules.keepsRecord) node.record = 0;
}
