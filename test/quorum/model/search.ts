import { type Move, successors } from "./moves.ts";
import { newPacker, unpack, wordsOf } from "./pack.ts";
import { type Property, violated } from "./properties.ts";
import type { Rules } from "./rules.ts";
import { initialState, isCounted, type State } from "./state.ts";
import { newStateSet } from "./state-set.ts";

export interface Step {
  move: Move;
  next: State;
}

export interface Outcome {
  states: number;
  transitions: number;
  /** Steps to the state that is the farthest from the first. */
  depth: number;
  /** Nothing was left to look at. */
  finished: boolean;
  /** Grants that were held against an earlier one: says that the search was not about nothing. */
  compared: number;
  violation?: { property: Property; trace: Step[] };
}

/** Breadth first, so that a counterexample is one of the shortest. */
export function search(rules: Rules, mostStates = 20_000_000): Outcome {
  const tries = rules.clients + 1;
  const pack = newPacker(tries);
  const known = newStateSet(wordsOf(tries));
  known.add(pack(initialState(tries)), -1);
  const outcome: Outcome = { states: 1, transitions: 0, depth: 0, finished: false, compared: 0 };
  let levelEnds = 1;
  for (let at = 0; at < known.size; at++) {
    if (at === levelEnds) {
      outcome.depth += 1;
      levelEnds = known.size;
    }
    if (known.size > mostStates) return { ...outcome, states: known.size };
    const state = unpack(known.at(at), tries);
    let broken: { property: Property; last: Step } | undefined;
    successors(state, rules, (move, next) => {
      outcome.transitions += 1;
      if (broken) return;
      const property = violated(state, move, rules);
      if (property) broken = { property, last: { move, next } };
      if (move.kind === "count" && state.tries.some(isCounted)) outcome.compared += 1;
      known.add(pack(next), at);
    });
    if (broken) {
      const { property } = broken;
      return { ...outcome, states: known.size, violation: { property, trace: retrace(rules, pathTo(at)) } };
    }
  }
  return { ...outcome, states: known.size, finished: true };

  function pathTo(at: number): Uint32Array[] {
    const path: Uint32Array[] = [];
    for (let i = at; i > 0; i = known.parent(i)) path.unshift(known.at(i).slice());
    return path;
  }
}

/** The steps through these packed states and on to a violation, with each node and try keeping its name, and each fence its size. */
function retrace(rules: Rules, path: Uint32Array[]): Step[] {
  const tries = rules.clients + 1;
  const pack = newPacker(tries);
  let state = initialState(tries);
  const trace: Step[] = [];
  for (const wanted of [...path, undefined]) {
    let found: Step | undefined;
    successors(state, rules, (move, next) => {
      if (found) return;
      const fits = wanted ? isEqual(pack(next), wanted) : violated(state, move, rules) !== undefined;
      if (fits) found = { move, next };
    });
    if (!found) throw new Error("the trace cannot be repeated");
    trace.push(found);
    state = (found as Step).next;
  }
  return trace;
}

const isEqual = (a: Uint32Array, b: Uint32Array): boolean => a.every((word, i) => word === b[i]);
