import type { Visit } from "./moves.ts";
import { NODES, type Rules } from "./rules.ts";
import {
  ASKING,
  BARRED,
  canDoWithout,
  copy,
  ENDED,
  FREE,
  forget,
  HOLDING,
  isActive,
  NONE,
  nodeOf,
  type State,
  tryOf,
  VOTING,
  WAITED,
  WRITING,
} from "./state.ts";

// A node that loses its data, and how it comes to vote again. The only assumption about time is in `waitOver`.

export function admissions(state: State, rules: Rules, visit: Visit): void {
  const barred = state.nodes.findIndex(({ standing }) => standing !== VOTING);
  if (barred < 0) {
    if (state.losses < rules.losses) for (let n = 0; n < NODES; n++) lose(state, n, rules, visit);
    return;
  }
  waitOver(state, barred, rules, visit);
  for (let n = 0; n < NODES; n++) read(state, barred, n, rules, visit);
  admit(state, barred, rules, visit);
}

function lose(state: State, n: number, rules: Rules, visit: Visit): void {
  for (const holder of holdersAfterLoss(state, n, rules)) {
    const next = copy(state);
    const lost = nodeOf(next, n);
    lost.standing = rules.barsAfterLoss ? BARRED : VOTING;
    lost.holder = holder;
    lost.record = 0;
    lost.floor = 0;
    lost.mark = 0;
    next.losses += 1;
    for (const attempt of next.tries) {
      if (rules.barsAfterLoss && (attempt.phase === ASKING || attempt.phase === WRITING)) attempt.old = true;
      attempt.takenBack &= ~(1 << n);
    }
    visit({ kind: "lose", attempt: holder, node: n, fence: 0, told: holder !== FREE }, next);
  }
}

/**
 * A server that comes back with older data may hold a vote that it had dropped since: under synchronous timing only one of
 * a try that is over. How old its record is does not matter more than that it is gone.
 */
function holdersAfterLoss({ nodes, tries }: State, n: number, rules: Rules): number[] {
  if (rules.comesBackWith === "nothing") return [FREE];
  const active = tries.flatMap((attempt, t) => (isActive(attempt) ? [t] : []));
  return [FREE, ...active.filter((t) => rules.timing === "asynchronous" || nodes[n]?.holder === t)];
}

/**
 * The longest TTL has passed since the loss. The assumption: by then a try that began before the loss counts no longer,
 * and nobody relies on a vote that the node has forgotten.
 */
function waitOver(state: State, n: number, rules: Rules, visit: Visit): void {
  if (nodeOf(state, n).standing !== BARRED) return;
  const next = copy(state);
  nodeOf(next, n).standing = WAITED;
  for (let t = 0; t < next.tries.length; t++) {
    const attempt = tryOf(next, t);
    if (attempt.old && rules.waits) forget(next, t, rules);
    attempt.old = false;
    if (rules.waits && attempt.phase === HOLDING && !canDoWithout(attempt, n, rules)) return;
  }
  visit({ kind: "wait over", attempt: ENDED, node: n, fence: 0, told: false }, next);
}

/** A client reads the mark of an established node. Its clock, which counts too, could only make the floor greater. */
function read(state: State, barred: number, n: number, rules: Rules, visit: Visit): void {
  if (rules.floor === "none") return;
  if (rules.readsAfterWait && nodeOf(state, barred).standing !== WAITED) return;
  const { standing, read: already, record, floor, mark } = nodeOf(state, n);
  if (standing !== VOTING || already) return;
  const next = copy(state);
  nodeOf(next, n).read = true;
  const mine = rules.mark === "every fence" ? record : mark;
  const told = Math.max(mine, rules.marksFloor ? floor : 0);
  next.readFloor = Math.max(next.readFloor, told);
  visit({ kind: "read", attempt: ENDED, node: n, fence: told, told: false }, next);
}

function admit(state: State, n: number, rules: Rules, visit: Visit): void {
  const { standing, lateAdmission } = nodeOf(state, n);
  if (standing !== WAITED) return;
  const asked = rules.floor === "none" ? 0 : rules.marksAsked;
  const read = state.nodes.filter((node) => node.read).length;
  const floors = [
    ...(read >= asked ? [state.readFloor] : []),
    ...(lateAdmission >= 0 ? [lateAdmission] : []),
  ];
  for (const floor of floors) {
    const next = copy(state);
    const admitted = nodeOf(next, n);
    admitted.standing = VOTING;
    admitted.floor = floor;
    admitted.lateAdmission = rules.admitsByEpoch ? NONE : floor;
    next.readFloor = 0;
    for (const node of next.nodes) node.read = false;
    const late = floor === lateAdmission;
    visit({ kind: "admit", attempt: ENDED, node: n, fence: floor, told: late }, next);
  }
}
