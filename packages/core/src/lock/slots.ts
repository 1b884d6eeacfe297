import { keysOf } from "../locks/names.ts";
import type { Store } from "../store/store.ts";

/** Where a name lives. Two names of one slot can be in one script. */
export type SlotOf = (name: string) => number;

export function slotsOf(store: Store, namespace: string): SlotOf {
  if (!store.slotOf) return () => 0;
  return (name) => store.slotOf?.(keysOf(namespace, name)[0] as string) ?? 0;
}

/** The items, by what `keyOf` says of them. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => unknown): [T, ...T[]][] {
  const groups = new Map<unknown, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
