import * as core from "@holdfast/core";
import { simulateCron, simulateCronMutants } from "./cron/simulate-cron.ts";
import { simulateMutants } from "./mutants/simulate-mutants.ts";
import { parseOptions, type SimulateOptions, USAGE } from "./options.ts";
import { openPool } from "./pool.ts";
import { runQuorumSeed } from "./quorum/run-quorum-seed.ts";
import { add, failure, newTotals, summary } from "./report.ts";
import { simulateRival } from "./rivals/simulate-rival.ts";
import { type RunOptions, runSeed } from "./run-seed.ts";
import { shorten } from "./shorten.ts";

// `npm run simulate`: the real scripts in a real Valkey and the real SDK, under a clock and a network that a seed turns.

/** Failing seeds that are looked into; the others are only counted. */
const MOST_EXPLAINED = 3;
const SHORTENING_RUNS = 150;

let options: SimulateOptions | "help" | undefined;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
if (options === "help") process.stdout.write(`${USAGE}\n`);
else if (options?.tasks) {
  const kept = options.mutants
    ? await simulateCronMutants()
    : await simulateCron({ ...options, kind: options.tasks });
  process.exitCode = kept ? 0 : 1;
} else if (options?.subject) await simulateRival(options.subject, options);
else if (options?.mutants) process.exitCode = (await simulateMutants(options)) ? 0 : 1;
else if (options) process.exitCode = (await simulate(options)) ? 0 : 1;

async function simulate({ seeds, from, primitive, quorum, faults, jobs }: SimulateOptions): Promise<boolean> {
  const started = performance.now();
  const totals = newTotals();
  const failing: RunOptions[] = [];
  const pool = openPool(jobs);
  await pool.each(
    Array.from({ length: seeds }, (_, i) => ({
      seed: from + i,
      faults,
      ...(primitive && { primitive }),
      ...(quorum && { quorum }),
    })),
    (outcome, run) => {
      add(totals, outcome);
      if (outcome.violations.length > 0) failing.push(run);
    },
  );
  await pool.close();
  failing.sort((a, b) => a.seed - b.seed);
  for (const run of failing.slice(0, MOST_EXPLAINED)) process.stdout.write(`${await explain(run)}\n\n`);
  if (failing.length > 0)
    process.stdout.write(`failing seeds: ${failing.map(({ seed }) => seed).join(" ")}\n`);
  process.stdout.write(`${summary(totals, performance.now() - started)}\n`);
  return failing.length === 0;
}

/** The failing run with as few faults as still make the same check fail. */
async function explain(run: RunOptions): Promise<string> {
  const rerun = (options: RunOptions) => (run.quorum ? runQuorumSeed : runSeed)(core, options);
  const [first] = (await rerun(run)).violations;
  if (!first) return `seed ${run.seed} fails only beside others: its run depends on more than its seed`;
  const shortened = await shorten(run, first.promise, rerun, SHORTENING_RUNS);
  const primitive = run.quorum ? "quorum" : run.primitive;
  const chosen = primitive ? ` --primitive ${primitive}` : "";
  return failure(shortened, `npm run simulate -- --from ${run.seed} --seeds 1${chosen}`);
}
