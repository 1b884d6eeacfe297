import { formatHistory, type HistoryEvent, type Violation } from "@holdfast/testing/history";
import type { Outcome } from "../pool-worker.ts";
import type { RunOptions, RunResult } from "../run-seed.ts";
import { shrink } from "../shrink.ts";

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

const SHRINKING_RUNS = 60;
/** How much is shown of what happened after a finding. */
const AFTER_MS = 1000;
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
  const first = ({ violations }: RunResult) => violations.find((violation) => violation.promise === promise);
  const shows = async (without: ReadonlySet<string>) => first(await rerun({ ...run, without })) !== undefined;
  /** A run is the same up to the finding, whatever happens afterwards. */
  const cut = async (left: ReadonlySet<string>) => {
    const result = await rerun({ ...run, without: left });
    const at = first(result)?.at ?? 0;
    const before = result.injected.filter(({ atMs }) => atMs <= at);
    const without = new Set(left);
    for (const { id, atMs } of result.injected) if (atMs > at) without.add(id);
    return { before, without };
  };
  const whole = await cut(new Set());
  const needless = await shrink(
    whole.before,
    (without) => shows(new Set([...whole.without, ...without])),
    SHRINKING_RUNS,
  );
  const { without } = await cut(new Set([...whole.without, ...needless]));
  const shortened = await rerun({ ...run, without });
  const { at, text, ops } = first(shortened) as Violation;
  return `${promise}, seed ${run.seed}: ${text}\n${story(shortened.history, at, new Set(ops))}`;
}

/** The operations of a finding from their beginning on, with the faults that hit their clients or the server. */
function story(history: readonly HistoryEvent[], at: number, ops: ReadonlySet<string>): string {
  const begins = history.filter((event) => event.type === "invoked" && ops.has(event.op));
  const clients = new Set(begins.map((event) => (event.type === "invoked" ? event.client : "")));
  const part = history.filter(
    (event) =>
      event.type !== "quiet" &&
      event.type !== "end" &&
      (event.type !== "fault" || event.client === undefined || clients.has(event.client)),
  );
  return formatHistory(part, { ops, from: begins[0]?.at ?? at, to: at + AFTER_MS });
}
