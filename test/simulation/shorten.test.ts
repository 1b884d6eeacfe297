import type { FaultKind, InjectedFault } from "@holdfast/testing/simulation";
import { describe, expect, it } from "vitest";
import type { RunOptions, RunResult } from "./run-seed.ts";
import { shorten } from "./shorten.ts";

const KINDS: readonly FaultKind[] = ["delay", "lose-reply", "repeat"];
const CLIENTS = ["a", "b"] as const;

/** 60 faults, one each millisecond. */
const FAULTS: readonly InjectedFault[] = Array.from({ length: 60 }, (_, i) => {
  const [kind, client] = [KINDS[i % 3] as FaultKind, CLIENTS[i % 2] as string];
  return { id: `${kind} ${client}#${i}`, kind, client, atMs: i };
});
const [tenth, twentyThird] = [FAULTS[10], FAULTS[23]];

/** A run that fails at 40 ms if these faults struck. */
function failsWith(...needed: readonly (InjectedFault | undefined)[]) {
  let runs = 0;
  const rerun = async ({ seed, without = new Set() }: RunOptions) => {
    runs++;
    const injected = FAULTS.filter(({ id }) => !without.has(id));
    const fails = needed.every((fault) => fault && injected.includes(fault));
    const violations = fails ? [{ promise: "exclusion", at: 40, ops: [], text: "" }] : [];
    return { seed, injected, violations } as unknown as RunResult;
  };
  return { rerun, runs: () => runs };
}

describe("shorten", () => {
  it("leaves the faults that it takes", async () => {
    const { rerun } = failsWith(tenth, twentyThird);
    const { injected } = await shorten({ seed: 1 }, "exclusion", rerun, 100);
    expect(injected).toEqual([tenth, twentyThird]);
  });

  it("stays within its runs, and with a run that fails", async () => {
    const { rerun, runs } = failsWith(tenth, twentyThird);
    const { injected, violations } = await shorten({ seed: 1 }, "exclusion", rerun, 5);
    // Beside those that it was told of: the first one, the cut and the last one.
    expect(runs()).toBeLessThanOrEqual(7);
    expect(injected.length).toBeLessThan(FAULTS.length);
    expect(violations).toHaveLength(1);
  });

  it("leaves none when it takes none", async () => {
    const { injected } = await shorten({ seed: 1 }, "exclusion", failsWith().rerun, 100);
    expect(injected).toEqual([]);
  });
});
