import type { Violation } from "@holdfast/testing/history";
import type { InjectedFault } from "@holdfast/testing/simulation";
import type { RunOptions, RunResult } from "./run-seed.ts";
import { shrink } from "./shrink.ts";

/** The first of what one check found. */
export function firstOf({ violations }: RunResult, promise: string): Violation | undefined {
  return violations.find((violation) => violation.promise === promise);
}

/**
 * The same run with as few faults as still make the same check fail: first without those that came too late to
 * matter, then without whole kinds and whole clients, then piece by piece, within a number of runs.
 */
export async function shorten(
  run: RunOptions,
  promise: string,
  rerun: (run: RunOptions) => Promise<RunResult>,
  mostRuns: number,
): Promise<RunResult> {
  const without = new Set(run.without);
  const again = (more: Iterable<string> = []) => rerun({ ...run, without: new Set([...without, ...more]) });
  let best = await again();
  let runs = 1;
  const matter = () => best.injected.filter(({ id }) => !without.has(id));

  /** Whatever happens after the finding, the run is the same up to it. */
  function cut(): void {
    const at = firstOf(best, promise)?.at ?? Number.POSITIVE_INFINITY;
    for (const { id, atMs } of best.injected) if (atMs > at) without.add(id);
  }

  async function leaveOut(which: (fault: InjectedFault) => boolean): Promise<void> {
    const ids = matter()
      .filter(which)
      .map(({ id }) => id);
    if (ids.length === 0 || runs >= mostRuns) return;
    runs++;
    const result = await again(ids);
    if (!firstOf(result, promise)) return;
    best = result;
    for (const id of ids) without.add(id);
    cut();
  }

  cut();
  for (const kind of new Set(matter().map((fault) => fault.kind)))
    await leaveOut((fault) => fault.kind === kind);
  for (const client of new Set(matter().map((fault) => fault.client)))
    await leaveOut((fault) => fault.client === client);
  const still = async (more: ReadonlySet<string>) => firstOf(await again(more), promise) !== undefined;
  for (const id of await shrink(matter(), still, mostRuns - runs)) without.add(id);
  const shortened = await again();
  return firstOf(shortened, promise) ? shortened : best;
}
