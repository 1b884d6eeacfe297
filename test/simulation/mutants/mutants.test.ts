import type { Script } from "@holdfast/core";
import { startSimulation } from "@holdfast/testing/simulation";
import { describe, expect, it } from "vitest";
import { runSeed } from "../run-seed.ts";
import { MUTANTS } from "./list/index.ts";
import { loadMutant } from "./load.ts";
import { type Mutant, mutate } from "./mutant.ts";

const { server } = await startSimulation({ seed: 1, faultsMs: 0 });

describe(`the list of ${MUTANTS.length} mutants`, () => {
  it("has each name and each change once", () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    const changes = MUTANTS.map(({ file, find, replace }) => JSON.stringify([file, find, replace]));
    expect(new Set(changes).size).toBe(MUTANTS.length);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    "%s fits the code as it is, and what comes of it can be run",
    async (_, mutant) => {
      const sdk = await loadMutant(mutant);
      expect(sdk.createLocks).toBeTypeOf("function");
      if (!mutant.file.endsWith(".lua")) return;
      const scripts = await loadMutant<Record<string, Script>>(mutant, "lock/scripts.generated.ts");
      for (const { source, digest } of Object.values(scripts))
        expect(server.command("SCRIPT", "LOAD", source)).toBe(digest);
    },
  );

  it("is refused when the code has changed under it", () => {
    const [mutant] = MUTANTS as [Mutant];
    expect(() => mutate({ ...mutant, find: "what nobody wrote" })).toThrow(/occurs 0 times in .*, not once/);
    expect(() => mutate({ ...mutant, find: "local" })).toThrow(/occurs \d+ times in .*, not once/);
  });
});

// All of them take minutes: `npm run simulate -- --mutants`.
describe("a few of them", () => {
  it.each([
    ["release-of-any-holder", "agreement"],
    ["fence-kept-on-hand-over", "fences"],
    ["taken-back-attempts-forgotten", "withdrawals"],
    ["last-come-first-served", "queue"],
    ["no-drift-allowance", "agreement"],
    ["loss-not-told-at-the-deadline", "loss"],
  ])("%s: found by the check %s", { timeout: 60_000 }, async (name, check) => {
    const mutant = MUTANTS.find((one) => one.name === name) as Mutant;
    const sdk = await loadMutant(mutant);
    const found = new Set<string>();
    for (let seed = 1; seed <= 15 && !found.has(check); seed++)
      for (const { promise } of (await runSeed(sdk, { seed, primitive: "mutex" })).violations)
        found.add(promise);
    expect([...found]).toContain(check);
  });
});
