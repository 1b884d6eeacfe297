import * as core from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { digestOf } from "../digest.ts";
import { MUTANTS } from "../mutants/list/index.ts";
import { loadMutant } from "../mutants/load.ts";
import type { Mutant } from "../mutants/mutant.ts";
import { told } from "../seeds.ts";
import { runQuorumSeed } from "./run-quorum-seed.ts";
import type { QuorumSdk } from "./subject.ts";

// More seeds: npm run simulate -- --primitive quorum --seeds 300. All mutants: … --primitive quorum --mutants

const SEEDS = 10;
const MOST_TRIES = 30;

describe("a quorum of servers, of which a minority at a time fails", () => {
  it(`keeps names to one holder, in the first ${SEEDS} seeds`, { timeout: 240_000 }, async () => {
    const broken: string[] = [];
    const votes: Record<string, number> = {};
    let cycles = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = await runQuorumSeed(core, { seed });
      cycles += run.cycles;
      for (const [vote, times] of Object.entries(run.votes)) votes[vote] = (votes[vote] ?? 0) + times;
      broken.push(...told(run).map((text) => `seed ${seed}: ${text}`));
    }
    expect(broken).toEqual([]);
    expect(cycles).toBeGreaterThan(SEEDS * 20);
    for (const vote of ["yes", "no", "barred", "silent", "refused"]) expect(votes[vote]).toBeGreaterThan(10);
  });

  it("gives the same run for the same seed", { timeout: 60_000 }, async () => {
    const [first, again] = [await runQuorumSeed(core, { seed: 2 }), await runQuorumSeed(core, { seed: 2 })];
    expect(digestOf(again)).toBe(digestOf(first));
  });

  it.each([
    ["majority-off-by-one", "fences"],
    ["votes-for-everybody", "exclusion"],
    ["no-write-back", "fences"],
    ["nothing-given-back", "leftovers"],
    ["restart-votes-at-once", "exclusion"],
  ])("%s: found by the check %s", { timeout: 240_000 }, async (name, check) => {
    const mutant = MUTANTS.find((one) => one.name === name) as Mutant;
    const { seed = 1, faults } = mutant;
    const sdk = await loadMutant<QuorumSdk>(mutant);
    const found = new Set<string>();
    // A seed is another run whenever the code sends other requests.
    for (const one of [seed, ...Array.from({ length: MOST_TRIES }, (_, i) => i + 1)]) {
      if (found.has(check)) break;
      const { violations } = await runQuorumSeed(sdk, { seed: one, ...(faults && { faults }) });
      for (const { promise } of violations) found.add(promise);
    }
    expect([...found]).toContain(check);
  });
});
