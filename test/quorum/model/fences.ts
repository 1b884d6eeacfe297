import type { Node, State } from "./state.ts";

/** The fences that a grant has or may come to have, each once, in ascending order. */
export function fencesOf({ tries }: State): number[] {
  const known: number[] = [];
  for (const { fence, after } of tries) {
    insert(known, fence);
    insert(known, after);
  }
  return known;
}

function insert(known: number[], fence: number): void {
  if (fence === 0 || known.includes(fence)) return;
  let at = known.length;
  while (at > 0 && (known[at - 1] ?? 0) > fence) at -= 1;
  known.splice(at, 0, fence);
}

/** All the fences that differ in how they compare: each known one, and one in each gap; those beyond the bound. */
export function fencesBeyond(state: State, known: number[], bound: number): number[] {
  const bounds = [state.readFloor];
  for (const { record, floor, mark, lateAdmission } of state.nodes)
    bounds.push(record, floor, mark, lateAdmission);
  const beyond: number[] = [];
  for (let i = -1; i < known.length; i++) {
    const fence = known[i] ?? 0;
    const above = known[i + 1] ?? Math.max(fence, ...bounds) + 4;
    if (fence > bound) beyond.push(fence);
    if (above <= bound) continue;
    // What nodes have in a gap is kept as small as can be: what is new there is greater.
    let base = fence;
    for (const other of bounds) if (other > base && other < above) base = other;
    beyond.push((base + above) / 2);
  }
  return beyond;
}

/**
 * What nobody hears of only makes the node's later fences greater. The less it does so, the more may follow: what can be
 * reached with a greater one can be reached with the least one as well.
 */
export function leastProposal({ record, floor }: Node, known: number[]): number {
  const base = Math.max(record, floor);
  const above = known.find((fence) => fence > base) ?? base + 4;
  return (base + above) / 2;
}
