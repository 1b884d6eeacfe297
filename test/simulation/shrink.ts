import type { InjectedFault } from "@holdfast/testing/simulation";

/**
 * Leaves out as many faults as it can while the run still fails: delta debugging (Zeller and Hildebrandt 2002), on
 * the faults of the failing run, within a number of runs.
 *
 * @returns the ids that are left out.
 */
export async function shrink(
  injected: readonly InjectedFault[],
  stillFails: (without: ReadonlySet<string>) => Promise<boolean>,
  mostRuns: number,
): Promise<ReadonlySet<string>> {
  let needed = injected.map(({ id }) => id);
  const all = new Set(needed);
  const complement = (kept: readonly string[]) => {
    const without = new Set(all);
    for (const id of kept) without.delete(id);
    return without;
  };
  let runs = 0;
  for (let pieces = 2; needed.length > 0 && runs < mostRuns; ) {
    const size = Math.ceil(needed.length / pieces);
    let smaller: string[] | undefined;
    for (let from = 0; from < needed.length && runs < mostRuns && !smaller; from += size) {
      const rest = [...needed.slice(0, from), ...needed.slice(from + size)];
      runs++;
      if (await stillFails(complement(rest))) smaller = rest;
    }
    if (smaller) {
      needed = smaller;
      pieces = Math.max(pieces - 1, 2);
    } else if (size > 1) {
      pieces = Math.min(pieces * 2, needed.length);
    } else {
      break;
    }
  }
  return complement(needed);
}
