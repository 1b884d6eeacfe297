/** Locks of others under the simulated network, clocks and checks of ours, and ours under the same seeds. */
import * as core from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { type RunOptions, runSeed } from "../run-seed.ts";
import { runRival } from "./index.ts";
import { plainChecks } from "./plain-checks.ts";

type Run = Pick<RunOptions, "seed" | "faults">;

const FAULTY: readonly Run[] = [{ seed: 2 }, { seed: 30 }];
const QUIET: readonly Run[] = [{ seed: 3, faults: [] }];

async function findings(name: "upstash-lock" | "set-nx", runs: readonly Run[]): Promise<string[]> {
  const found = new Set<string>();
  for (const run of runs)
    for (const { promise } of (await runRival(name, run)).violations) found.add(promise);
  return [...found].sort();
}

describe("@upstash/lock", () => {
  it("under faults: relied on when it is over, by two at once; left locked for nobody; calls that hang", async () => {
    expect(await findings("upstash-lock", FAULTY)).toEqual([
      "agreement",
      "exclusion",
      "hangs",
      "loss",
      "no fences",
      "orphans",
    ]);
  });

  it("without a fault: the same by its own count of time and its order, and nothing is left behind", async () => {
    expect(await findings("upstash-lock", QUIET)).toEqual([
      "agreement",
      "exclusion",
      "loss",
      "no fences",
      "order",
    ]);
  });

  it("is run bit for bit the same", async () => {
    const [first, second] = [
      await runRival("upstash-lock", { seed: 2 }),
      await runRival("upstash-lock", { seed: 2 }),
    ];
    expect(first.cycles).toBeGreaterThan(0);
    expect(second.digest).toBe(first.digest);
  });
});

describe("a recipe that is followed with care", () => {
  it("is exclusive: the faults alone are not what is held against a lock", async () => {
    const found = await findings("set-nx", [...FAULTY, ...QUIET]);
    expect(found).not.toContain("exclusion");
    expect(found).not.toContain("hangs");
    expect(found).toContain("loss");
  });
});

describe("Holdfast", () => {
  it("has none of all that with the same seeds", async () => {
    for (const run of [...FAULTY, ...QUIET]) {
      const { cycles, violations, history } = await runSeed(core, { ...run, primitive: "mutex" });
      expect(cycles).toBeGreaterThan(10);
      expect([...violations, ...plainChecks(history)]).toEqual([]);
    }
  });
});
