import { restStore } from "@holdfast/core";
import { createCron, createOnce } from "@holdfast/cron";
import type { FaultKind } from "@holdfast/testing/simulation";
import { loadCronMutant } from "./load-mutant.ts";
import { CRON_MUTANTS } from "./mutants.ts";
import { type CronRunResult, runCronSeed } from "./run-cron-seed.ts";
import type { SceneKind } from "./scene.ts";

export interface SimulateCron {
  readonly kind: SceneKind;
  readonly seeds: number;
  readonly from: number;
  readonly faults: readonly FaultKind[];
}

const SDK = { createCron, createOnce, restStore };
const MOST_SHOWN = 5;

/** `npm run simulate -- --primitive cron`, or `once`. @returns whether every promise was kept. */
export async function simulateCron({ kind, seeds, from, faults }: SimulateCron): Promise<boolean> {
  const total = { occurrences: 0, deliveries: 0, calls: 0, succeeded: 0, simulatedMs: 0 };
  const outcomes = new Map<string, number>();
  const injected = new Map<string, number>();
  const started = performance.now();
  let failed = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const run = await runCronSeed(SDK, { seed, kind, faults });
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += run[key];
    for (const [name, count] of Object.entries(run.outcomes))
      outcomes.set(name, (outcomes.get(name) ?? 0) + count);
    for (const fault of run.injected) injected.set(fault.kind, (injected.get(fault.kind) ?? 0) + 1);
    if (run.violations.length === 0) continue;
    failed++;
    process.stdout.write(`seed ${seed}:\n${shown(run)}\n`);
  }
  const list = (map: Map<string, number>) =>
    [...map]
      .sort(([, a], [, b]) => b - a)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ");
  process.stdout.write(
    [
      `${seeds} runs, ${total.occurrences} occurrences, ${total.deliveries} deliveries, ${total.calls} calls of the function, ` +
        `${total.succeeded} succeeded, ${Math.round(total.simulatedMs / 3_600_000)} simulated hours in ${Math.round((performance.now() - started) / 1000)} s`,
      `outcomes: ${list(outcomes)}`,
      `faults: ${list(injected)}`,
      `${seeds - failed} passed, ${failed} failed`,
      "",
    ].join("\n"),
  );
  return failed === 0;
}

/** The same with each known mistake put in. @returns whether all were found. */
export async function simulateCronMutants(): Promise<boolean> {
  let survived = 0;
  for (const mutant of CRON_MUTANTS) {
    const { seed, kind, name, what } = mutant;
    const run = await runCronSeed(await loadCronMutant(mutant), {
      seed,
      kind,
      occurrences: MUTANT_OCCURRENCES,
    });
    const [found] = run.violations;
    if (!found) survived++;
    process.stdout.write(
      `${found ? "found" : "SURVIVED"} ${name}: ${what}\n${found ? `  seed ${seed}, ${found}\n` : ""}`,
    );
  }
  return survived === 0;
}

/** Enough for each of the mistakes to show. */
export const MUTANT_OCCURRENCES = 20;

function shown({ violations, scene }: CronRunResult): string {
  return [JSON.stringify(scene), ...violations.slice(0, MOST_SHOWN)].map((line) => `  ${line}`).join("\n");
}
