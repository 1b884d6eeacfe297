import * as core from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { runSeed } from "./run-seed.ts";

/** Seeds a test, so that what fails is near what it says. */
const BATCH = 20;

/** What a run broke. */
export const told = ({ violations }: Awaited<ReturnType<typeof runSeed>>): string[] =>
  violations.map(({ promise, text }) => `${promise}: ${text}`);

/** A test file takes a part of the seeds, so that two can run at once. */
export function describeSeeds(first: number, last: number): void {
  describe(`seeds ${first} to ${last}, under all faults`, () => {
    for (let from = first; from <= last; from += BATCH)
      it(`seeds ${from} to ${from + BATCH - 1} keep every promise`, { timeout: 240_000 }, async () => {
        const broken: string[] = [];
        let cycles = 0;
        for (let seed = from; seed < from + BATCH; seed++) {
          const run = await runSeed(core, { seed });
          cycles += run.cycles;
          broken.push(...told(run).map((text) => `seed ${seed}: ${text}`));
        }
        expect(broken).toEqual([]);
        expect(cycles).toBeGreaterThan(BATCH * 20);
      });
  });
}
