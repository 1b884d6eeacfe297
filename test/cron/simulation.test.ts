import { restStore } from "@holdfast/core";
import { createCron, createOnce } from "@holdfast/cron";
import { describe, expect, it } from "vitest";
import { runCronSeed } from "../simulation/cron/run-cron-seed.ts";

const SDK = { createCron, createOnce, restStore };
const SEEDS = 20;

describe.each(["cron", "once"] as const)("%s in the simulation", (kind) => {
  it(`each of the first ${SEEDS} seeds: one success each, none lost, none beside another`, {
    timeout: 240_000,
  }, async () => {
    const broken: string[] = [];
    const total = { occurrences: 0, deliveries: 0, calls: 0, succeeded: 0, events: 0 };
    const outcomes: Record<string, number> = {};
    for (let seed = 1; seed <= SEEDS; seed++) {
      const t0 = performance.now();
      const run = await runCronSeed(SDK, { seed, kind });
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += run[key];
      for (const [k, n] of Object.entries(run.outcomes)) outcomes[k] = (outcomes[k] ?? 0) + n;
      if (process.env.SHOW)
        console.log(
          seed,
          Math.round(performance.now() - t0),
          JSON.stringify(run.scene),
          run.events,
          JSON.stringify(run.outcomes),
          run.violations.slice(0, 5),
        );
      broken.push(...run.violations.map((text) => `seed ${seed}: ${text}`));
    }
    if (process.env.SHOW) console.log(total, outcomes);
    expect(broken).toEqual([]);
    expect(total.deliveries).toBeGreaterThan(2 * total.occurrences);
  });
});
