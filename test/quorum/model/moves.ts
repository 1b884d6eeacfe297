import { admissions } from "./admissions.ts";
import { expire, raise, raiseOfEnded, takeBack, vote, voteOfEnded } from "./node-moves.ts";
import { NODES, type Rules } from "./rules.ts";
import { type State, WAITED } from "./state.ts";
import { begin, count, end, fix } from "./try-moves.ts";

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
