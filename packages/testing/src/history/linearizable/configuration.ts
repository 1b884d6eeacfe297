import type { Budget } from "./budget.ts";
import type { Item } from "./items.ts";

/** What may have happened up to a moment: who holds the name, and what is still open. Never changed, only replaced. */
export interface Configuration {
  readonly used: number;
  readonly held: readonly Item[];
  /** Asked for, and not taken so far. */
  readonly open: readonly Item[];
  /** Refusals for which there was no reason so far. */
  readonly unexplained: readonly Item[];
}

export const EMPTY: Configuration = { used: 0, held: [], open: [], unexplained: [] };

export interface Limits {
  readonly capacity: number;
  readonly budget: Budget;
}

/** Tells configurations apart. */
export function keyOf({ held, open, unexplained }: Configuration): string {
  const ids = (items: readonly Item[]) =>
    items
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join();
  return `${ids(held)};${ids(open)};${ids(unexplained)}`;
}

export function called(before: Configuration, item: Item, capacity: number): Configuration {
  if (item.kind !== "refusal") return { ...before, open: [...before.open, item] };
  if (before.used + item.weight > capacity) return before;
  return { ...before, unexplained: [...before.unexplained, item] };
}

export function released(before: Configuration, item: Item): Configuration {
  return { ...before, used: before.used - item.weight, held: before.held.filter((one) => one !== item) };
}

/**
 * The ways in which an open item can take the name at this place: beside those who hold it, or after some of those
 * gave it back who may have. Nobody gives back before it has to be: whoever holds explains refusals and is in nobody
 * else's way.
 */
export function taken(
  before: Configuration,
  item: Item,
  { capacity, budget }: Limits,
  place: number,
): Configuration[] {
  const lacking = before.used + item.weight - capacity;
  const leavers = lacking > 0 ? before.held.filter(({ free }) => free <= place) : [];
  return waysToFree(leavers, lacking, budget).map((leaving) => {
    const used = before.used + item.weight - leaving.reduce((sum, { weight }) => sum + weight, 0);
    return {
      used,
      held: [...before.held.filter((one) => !leaving.includes(one)), item],
      open: before.open.filter((one) => one !== item),
      unexplained: before.unexplained.filter(({ weight }) => used + weight <= capacity),
    };
  });
}

/** Sets of leavers that free enough, and would not without any one of them. */
function waysToFree(leavers: readonly Item[], lacking: number, budget: Budget): readonly (readonly Item[])[] {
  if (lacking <= 0) return [[]];
  if (!budget.spend()) return [];
  const [first, ...others] = leavers;
  if (!first) return [];
  // Of equals, those leave that have to leave first anyway.
  if (others.every(({ weight }) => weight === first.weight)) {
    const count = Math.ceil(lacking / first.weight);
    return count > leavers.length ? [] : [[...leavers].sort((a, b) => a.gone - b.gone).slice(0, count)];
  }
  const withFirst = waysToFree(others, lacking - first.weight, budget).map((rest) => [first, ...rest]);
  const freed = (set: readonly Item[]) => set.reduce((sum, { weight }) => sum + weight, 0);
  const isLeast = (set: readonly Item[]) => set.every(({ weight }) => freed(set) - weight < lacking);
  return [...waysToFree(others, lacking, budget), ...withFirst.filter(isLeast)];
}
