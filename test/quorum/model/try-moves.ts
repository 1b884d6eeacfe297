import type { Visit } from "./moves.ts";
import type { Rules } from "./rules.ts";
import {
  ASKING,
  bits,
  COUNTED,
  copy,
  forget,
  HOLDING,
  isActive,
  isCounted,
  type State,
  TAKEN_BACK,
  tryOf,
  UNUSED,
  WRITING,
} from "./state.ts";

// What a client does: it begins a try, has its fence, is granted the name, and ends.

export function begin(state: State, rules: Rules, visit: Visit): void {
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

/** A majority has voted: the greatest of their proposals is the fence. */
export function fix(state: State, t: number, rules: Rules, visit: Visit): void {
  const { phase, heard, fence } = tryOf(state, t);
  if (phase !== ASKING || bits(heard) < rules.majority) return;
  const next = copy(state);
  const fixed = tryOf(next, t);
  fixed.phase = WRITING;
  fixed.heard = 0;
  visit({ kind: "fix", attempt: t, node: -1, fence, told: false }, next);
}

/** The grant counts: enough nodes have its fence, and its client's clock says that it is in time. */
export function count(state: State, t: number, rules: Rules, visit: Visit): void {
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
export function end(
  state: State,
  t: number,
  rules: Rules,
  visit: Visit,
  kind: "end" | "count" = "end",
): void {
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
