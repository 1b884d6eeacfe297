import type { Move } from "./moves.ts";
import type { Rules } from "./rules.ts";
import { HOLDING, isCounted, type State, tryOf } from "./state.ts";

// What holds in every state. A state can come to break it only by the step that is looked at here: a grant that counts,
// or a vote that is given.

export type Property =
  | "two grants have one fence"
  | "a later grant has a smaller fence"
  | "fences go against the order in which a node had them"
  | "two clients rely on the name at once"
  | "the client that relies on the name does not have the greatest fence"
  | "a node gave its vote to a try that it had taken back";

/** Whether this step breaks a property; a step that does so is the last one that is looked at. */
export function violated(state: State, { kind, attempt, node }: Move, rules: Rules): Property | undefined {
  if (kind === "vote" && attempt >= 0 && tryOf(state, attempt).takenBack & (1 << node))
    return "a node gave its vote to a try that it had taken back";
  return kind === "count" ? violatedByGrant(state, attempt, rules) : undefined;
}

function violatedByGrant(state: State, t: number, rules: Rules): Property | undefined {
  const { fence, after } = tryOf(state, t);
  const others = state.tries.filter((other, u) => u !== t && isCounted(other));
  const synchronous = rules.timing === "synchronous";
  if (synchronous && others.some(({ phase }) => phase === HOLDING))
    return "two clients rely on the name at once";
  if (!rules.promisesFences) return undefined;
  if (others.some((other) => other.fence === fence)) return "two grants have one fence";
  if (fence < after) return "a later grant has a smaller fence";
  if (synchronous && others.some((other) => other.fence > fence))
    return "the client that relies on the name does not have the greatest fence";
  for (const { fenced } of state.nodes) {
    const mine = fenced.indexOf(t);
    const isInOrder = (u: number, i: number) => {
      const other = tryOf(state, u);
      return u === t || !isCounted(other) || i < mine === other.fence < fence;
    };
    if (mine >= 0 && !fenced.every(isInOrder)) return "fences go against the order in which a node had them";
  }
  return undefined;
}
