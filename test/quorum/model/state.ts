import { NODES, type Rules } from "./rules.ts";

// Fences are numbers of which only the order matters, since node clocks are arbitrary here; 0 says that there is none.

export const VOTING = 0;
/** Lost its data and waits. */
export const BARRED = 1;
/** Lost its data, and its wait is over. */
export const WAITED = 2;
export type Standing = typeof VOTING | typeof BARRED | typeof WAITED;

/** Nobody has the node's vote. */
export const FREE = -1;
/** A try that has ended has it: its vote was not taken back yet, or was asked for once more by a late request. */
export const ENDED = -2;

/** No admission is under way. */
export const NONE = -1;

export interface Node {
  standing: Standing;
  /** The try that has this node's vote, or FREE, or ENDED. */
  holder: number;
  /** The fence on record. */
  record: number;
  /** What it was admitted with after a loss. */
  floor: number;
  /** The greatest fence written back, where a mutant keeps only that. */
  mark: number;
  /** The floor of an admission that may still arrive, where a mutant takes it after another loss; or NONE. */
  lateAdmission: number;
  /** Its mark was read for the admission of another node. */
  read: boolean;
  /** Seen from outside: the tries that have their fence here, in the order they came to have it. */
  fenced: number[];
}

export const UNUSED = 0;
/** Collects votes. */
export const ASKING = 1;
/** Has its fence, and writes it back. */
export const WRITING = 2;
/** Counts, and the client relies on it. */
export const HOLDING = 3;
/** Counted and ended; remembered to compare later grants with. */
export const COUNTED = 4;
/** Taken back; remembered to see which nodes forget that. */
export const TAKEN_BACK = 5;
export type Phase = 0 | 1 | 2 | 3 | 4 | 5;

export interface Try {
  phase: Phase;
  /** Began before a loss of data whose wait is not over. */
  old: boolean;
  /** A client's next try after one that it gave up, where that matters. */
  again: boolean;
  /** The greatest proposal that the client will hear of; from WRITING on the grant's fence. */
  fence: number;
  /** The remembered grant's fence, if that had counted before this try began. */
  after: number;
  /** Nodes (bits) whose vote the client will hear of before it has its fence. */
  heard: number;
  /** Nodes (bits) whose votes stand by the client's reckoning; kept under synchronous timing. */
  standing: number;
  /** Nodes (bits) that have carried out its take-back; kept of a remembered one. */
  takenBack: number;
}

export interface State {
  nodes: Node[];
  /** One for each client, and one that is remembered: every property is about two grants, and any one is chosen. */
  tries: Try[];
  /** The greatest mark read so far for the admission that is due. */
  readFloor: number;
  losses: number;
  /** A client gave up a try and has not begun the next, where that matters. */
  gaveUp: boolean;
}

export function initialState(tries: number): State {
  return {
    nodes: Array.from({ length: NODES }, () => ({
      standing: VOTING,
      holder: FREE,
      record: 0,
      floor: 0,
      mark: 0,
      lateAdmission: NONE,
      read: false,
      fenced: [],
    })),
    tries: Array.from({ length: tries }, newTry),
    readFloor: 0,
    losses: 0,
    gaveUp: false,
  };
}

function newTry(): Try {
  return {
    phase: UNUSED,
    old: false,
    again: false,
    fence: 0,
    after: 0,
    heard: 0,
    standing: 0,
    takenBack: 0,
  };
}

export function copy({ nodes, tries, readFloor, losses, gaveUp }: State): State {
  const next: State = { nodes: [], tries: [], readFloor, losses, gaveUp };
  for (const node of nodes) next.nodes.push({ ...node, fenced: node.fenced.slice() });
  for (const attempt of tries) next.tries.push({ ...attempt });
  return next;
}

export const nodeOf = (state: State, n: number): Node => state.nodes[n] as Node;
export const tryOf = (state: State, t: number): Try => state.tries[t] as Try;

export const isActive = ({ phase }: Try): boolean => phase >= ASKING && phase <= HOLDING;
export const isCounted = ({ phase }: Try): boolean => phase === HOLDING || phase === COUNTED;

export const bits = (set: number): number => (set & 1) + ((set >> 1) & 1) + ((set >> 2) & 1);

/** The try is over. What it sent may still arrive, but it is no longer told from what other ended tries sent. */
export function forget(next: State, t: number, rules: Rules): void {
  next.tries[t] = newTry();
  for (const node of next.nodes) {
    if (node.holder === t) node.holder = rules.thorough ? ENDED : FREE;
    if (node.fenced.includes(t)) node.fenced = node.fenced.filter((other) => other !== t);
  }
}

/** Takes a node from those whose votes the client relies on; says whether it still has a majority of them. */
export function canDoWithout(holder: Try, n: number, rules: Rules): boolean {
  if (!(holder.standing & (1 << n))) return true;
  holder.standing &= ~(1 << n);
  return bits(holder.standing) >= rules.majority;
}
