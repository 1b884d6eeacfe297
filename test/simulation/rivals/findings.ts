import type { Violation } from "@holdfast/testing/history";
import type { Outcome } from "../pool-worker.ts";
import { story } from "../report.ts";
import type { RunOptions, RunResult } from "../run-seed.ts";
import { firstOf, shorten } from "../shorten.ts";

/** What each check means to somebody who uses the lock. */
const MEANING: Readonly<Record<string, string>> = {
  exclusion: "two holders could rely on the same name at once",
  capacity: "the server held a name for two",
  agreement: "a holder could rely on a lease that the server had let go",
  once: "one call was granted twice",
  loss: "a lease ran out and its holder was not told",
  liveness: "a call never ended",
  leaks: "something stayed on the server for ever",
  orphans: "a name was locked for a second or more for nobody",
  order: "somebody was served before another who had asked a second or more earlier",
  hangs: "a call took a minute or more longer than it was to wait",
  "no fences": "leases have no fence (told once for each run)",
};

const SHORTENING_RUNS = 60;
const NAME_WIDTH = 10;

/** Counts what is found, and remembers the simplest run for each check. */
export interface Findings {
  add(outcome: Outcome, run: RunOptions): void;
  table(): string;
  /** One example for each check that found something, with as few faults as show it. */
  examples(rerun: (run: RunOptions) => Promise<RunResult>): AsyncGenerator<string>;
}

/** @param checks the checks that the table lists also when they find nothing. */
export function countFindings(checks: readonly string[]): Findings {
  const found = new Map<string, { times: number; runs: number; simplest: RunOptions; faults: number }>();
  let runs = 0;

  return {
    add({ violations, injected }, run) {
      runs++;
      for (const promise of new Set(violations.map((violation) => violation.promise))) {
        const those = violations.filter((violation) => violation.promise === promise);
        const first = Math.min(...those.map(({ at }) => at));
        const faults = injected.filter(({ atMs }) => atMs <= first).length;
        const before = found.get(promise);
        const simpler = !before || faults < before.faults;
        found.set(promise, {
          times: those.length + (before?.times ?? 0),
          runs: 1 + (before?.runs ?? 0),
          simplest: simpler ? run : before.simplest,
          faults: simpler ? faults : before.faults,
        });
      }
    },
    table() {
      const others = [...found.keys()].filter((promise) => !checks.includes(promise));
      const rows = [...checks, ...others].map((promise) => {
        const { times = 0, runs: inRuns = 0 } = found.get(promise) ?? {};
        const count = times === 0 ? "never" : `${times.toLocaleString("en")} in ${inRuns} of ${runs} runs`;
        return `  ${promise.padEnd(NAME_WIDTH)} ${count.padEnd(24)} ${MEANING[promise] ?? ""}`.trimEnd();
      });
      return rows.join("\n");
    },
    async *examples(rerun) {
      for (const [promise, { simplest }] of found) yield await example(promise, simplest, rerun);
    },
  };
}

async function example(
  promise: string,
  run: RunOptions,
  rerun: (run: RunOptions) => Promise<RunResult>,
): Promise<string> {
  const shortened = await shorten(run, promise, rerun, SHORTENING_RUNS);
  const { at, text, ops } = firstOf(shortened, promise) as Violation;
  return `${promise}, seed ${run.seed}: ${text}\n${story(shortened.history, { at, ops })}`;
}
