import { restStore } from "@holdfast/core";
import { createCron, createOnce } from "@holdfast/cron";
import { describe, expect, it } from "vitest";
import { loadCronMutant } from "../simulation/cron/load-mutant.ts";
import { CRON_MUTANTS } from "../simulation/cron/mutants.ts";
import { runCronSeed } from "../simulation/cron/run-cron-seed.ts";
import { MUTANT_OCCURRENCES } from "../simulation/cron/simulate-cron.ts";

// More seeds: npm run simulate -- --primitive cron --seeds 200

const SDK = { createCron, createOnce, restStore };

describe.each([
  ["cron", 12],
  ["once", 6],
] as const)("%s in the simulation", (kind, seeds) => {
  it(`the first ${seeds} seeds: one success each, none lost, none beside another`, {
    timeout: 240_000,
  }, async () => {
    const broken: string[] = [];
    const total = { occurrences: 0, deliveries: 0, calls: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const run = await runCronSeed(SDK, { seed, kind });
      broken.push(...run.violations.map((text) => `seed ${seed}: ${text}`));
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += run[key];
    }
    expect(broken).toEqual([]);
    expect(total.deliveries).toBeGreaterThan(3 * total.occurrences);
    expect(total.calls).toBeGreaterThan(total.occurrences);
  });

  it("a seed gives the same run, however often it is run", { timeout: 60_000 }, async () => {
    const run = () => runCronSeed(SDK, { seed: 2, kind, occurrences: 10 });
    expect(await run()).toEqual(await run());
  });
});

describe("the simulation finds a mistake", () => {
  it.each(CRON_MUTANTS)("$name: $what", { timeout: 60_000 }, async (mutant) => {
    const { seed, kind } = mutant;
    const { violations } = await runCronSeed(await loadCronMutant(mutant), {
      seed,
      kind,
      occurrences: MUTANT_OCCURRENCES,
    });
    expect(violations.length).toBeGreaterThan(0);
  });
});
