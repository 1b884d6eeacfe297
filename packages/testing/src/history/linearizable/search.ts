import { type Configuration, called, EMPTY, keyOf, type Limits, released, taken } from "./configuration.ts";
import type { Item } from "./items.ts";

/** A moment at which an item becomes possible, or has to have taken effect. */
interface Step {
  readonly place: number;
  readonly what: "call" | "due" | "gone";
  readonly item: Item;
}

export type Found = "linearizable" | "undecided" | Stuck;

export interface Stuck {
  /** What could not take effect. */
  readonly item: Item;
  /** Who held the name then and could not have given it back. */
  readonly inTheWay: readonly Item[];
}

/**
 * The search of Wing and Gong ("Testing and verifying concurrent objects", 1993) with what Lowe added ("Testing for
 * linearizability", 2017): configurations that were seen are not looked at again, and nothing takes effect before it
 * has to. For locks the latter leaves hardly anything to choose: what holds a name only ever hinders others, or
 * explains that they were refused. So there is one configuration at a time until a refusal lacks a reason, or leases
 * of several weights may make room.
 *
 * It goes through the steps in the order of the history, so where it gets stuck for good, the history up to there is
 * not linearizable, and the history up to the step before is.
 */
export function search(items: readonly Item[], limits: Limits): Found {
  const steps = stepsOf(items);
  const seen = new Set<string>();
  const stack = [{ next: 0, configuration: EMPTY }];
  let furthest = { next: -1, configuration: EMPTY };
  let branched = false;

  for (let top = stack.pop(); top; top = stack.pop()) {
    const { next, configuration } = top;
    const step = steps[next];
    if (!step) return "linearizable";
    if (!limits.budget.spend()) return "undecided";
    if (next > furthest.next) furthest = top;
    const followers = follow(configuration, step, limits);
    branched ||= followers.length > 1;
    for (const follower of followers.reverse()) {
      if (branched) {
        const key = `${next} ${keyOf(follower)}`;
        if (seen.has(key)) continue;
        seen.add(key);
      }
      stack.push({ next: next + 1, configuration: follower });
    }
  }
  if (!limits.budget.spend()) return "undecided";
  const { item, place } = steps[furthest.next] as Step;
  return { item, inTheWay: furthest.configuration.held.filter(({ free }) => free > place) };
}

function stepsOf(items: readonly Item[]): Step[] {
  const steps: Step[] = [];
  for (const item of items) {
    steps.push({ place: item.call, what: "call", item });
    if (Number.isFinite(item.due)) steps.push({ place: item.due, what: "due", item });
    if (Number.isFinite(item.gone)) steps.push({ place: item.gone, what: "gone", item });
  }
  return steps.sort((a, b) => a.place - b.place);
}

/** The configurations that a step leads to; none if it cannot be. */
function follow(before: Configuration, { place, what, item }: Step, limits: Limits): Configuration[] {
  if (what === "call") return [called(before, item, limits.capacity)];
  const ways = before.unexplained.length > 0 ? explained(before, limits, place) : [before];
  if (item.kind === "refusal") return ways.filter(({ unexplained }) => !unexplained.includes(item));
  return ways.flatMap((way) => {
    const holds = way.held.includes(item);
    if (what === "gone") return holds ? [released(way, item)] : [way];
    return holds ? [way] : taken(way, item, limits, place);
  });
}

/**
 * This configuration, and those in which something open has taken effect already and so explains a refusal. Room is
 * about to be made, or a refusal is due: later it may be too late.
 */
function explained(start: Configuration, limits: Limits, place: number): Configuration[] {
  const found = [start];
  const seen = new Set([keyOf(start)]);
  const unseen = [start];
  for (let before = unseen.pop(); before; before = unseen.pop()) {
    if (before.unexplained.length === 0) continue;
    for (const item of before.open)
      for (const after of taken(before, item, limits, place)) {
        const key = keyOf(after);
        if (seen.has(key) || !limits.budget.spend()) continue;
        seen.add(key);
        unseen.push(after);
        if (after.unexplained.length < start.unexplained.length) found.push(after);
      }
  }
  return found;
}
