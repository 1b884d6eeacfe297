import type { JobHistoryBody } from "@holdfast/protocol";

export type Run = JobHistoryBody["runs"][number];
export type RunState = Run["state"];

/** When a run was to be, as far as that is known: its place in a calendar. */
export function dueAt(run: Run): number {
  return run.scheduledAt ?? run.startedAt;
}

/** What became of the latest delivery that had something to do. Newest first; a skipped one says little of the job. */
export function latestOf(runs: readonly Run[]): Run | undefined {
  return runs.find(({ state }) => state !== "skipped") ?? runs[0];
}

const WORST_FIRST: readonly RunState[] = ["failed", "abandoned", "running", "skipped", "succeeded"];

/**
 * What became of these runs together: the worst of what became of each occurrence. An occurrence that has succeeded is well,
 * however many attempts it took.
 */
export function stateOf(runs: readonly Run[]): RunState {
  const outcomes = new Map<string, RunState>();
  for (const { occurrence, state } of runs.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const before = outcomes.get(occurrence);
    if (before === "succeeded" || (state === "skipped" && before !== undefined)) continue;
    outcomes.set(occurrence, state);
  }
  const seen = new Set(outcomes.values());
  return WORST_FIRST.find((state) => seen.has(state)) ?? "skipped";
}

/** How long a run took; undefined for one that goes on, and for a delivery that did not run. */
export function tookMs({ state, startedAt, endedAt }: Run): number | undefined {
  return state === "skipped" || endedAt === null ? undefined : endedAt - startedAt;
}
