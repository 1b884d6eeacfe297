import * as fc from "fast-check";
import { expect, it } from "vitest";
import { successors } from "./moves.ts";
import { newPacker, unpack } from "./pack.ts";
import { NODES, PROTOCOL } from "./rules.ts";
import { copy, initialState, type State } from "./state.ts";

// If states that are alike were packed unlike, the search would only take longer; if states that are not alike were
// packed alike, it would miss some.

const RULES = { ...PROTOCOL, losses: 1, thorough: true };
const TRIES = RULES.clients + 1;
const pack = newPacker(TRIES);
const key = (state: State) => pack(state).join(" ");

const walks = fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 });
const orders = (length: number) => fc.shuffledSubarray([...Array(length).keys()], { minLength: length });

function walk(choices: number[]): State {
  let state = initialState(TRIES);
  for (const choice of choices) {
    const all: State[] = [];
    successors(state, RULES, (_, next) => all.push(next));
    state = all[choice % all.length] ?? state;
  }
  return state;
}

/** The same state with its nodes and its tries in another order. */
function reordered(state: State, nodes: number[], tries: number[]): State {
  const { nodes: oldNodes, tries: oldTries, ...rest } = copy(state);
  const moved = (set: number) => nodes.reduce((bits, from, to) => bits | (((set >> from) & 1) << to), 0);
  return {
    ...rest,
    nodes: nodes
      .flatMap((n) => oldNodes.slice(n, n + 1))
      .map((node) => ({
        ...node,
        holder: node.holder < 0 ? node.holder : tries.indexOf(node.holder),
        fenced: node.fenced.map((t) => tries.indexOf(t)),
      })),
    tries: tries
      .flatMap((t) => oldTries.slice(t, t + 1))
      .map((attempt) => ({
        ...attempt,
        heard: moved(attempt.heard),
        standing: moved(attempt.standing),
        takenBack: moved(attempt.takenBack),
      })),
  };
}

it("packs a state alike in whatever order its nodes and tries are", () => {
  fc.assert(
    fc.property(walks, orders(NODES), orders(TRIES), (choices, nodes, tries) => {
      const state = walk(choices);
      expect(key(reordered(state, nodes, tries))).toBe(key(state));
    }),
  );
});

it("unpacks to a state that goes on in the same ways", () => {
  const next = (state: State) => {
    const keys = new Set<string>();
    successors(state, RULES, (_, after) => keys.add(key(after)));
    return [...keys].sort();
  };
  fc.assert(
    fc.property(walks, (choices) => {
      const state = walk(choices);
      expect(next(unpack(pack(state), TRIES))).toEqual(next(state));
    }),
  );
});
