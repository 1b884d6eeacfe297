/** Locks of others under the simulated network, clocks and checks of ours, and ours under the same seeds. */
import type { FaultKind } from "@holdfast/testing/simulation";
import { describe, expect, it } from "vitest";
import { digestOf } from "../digest.ts";
import type { RunOptions } from "../run-seed.ts";
import { type RivalName, runRival } from "./index.ts";

type Run = Pick<RunOptions, "seed" | "faults">;

/** Nothing but what every network does. Each seed has some of them. */
const FAULTS: readonly FaultKind[] = ["delay", "lose-request", "lose-reply", "status"];
const MOST_SEEDS = 25;

/** All that is found up to the first seed by which this has been. */
async function search(name: RivalName, faults: readonly FaultKind[], wanted: readonly string[]) {
  const found = new Set<string>();
  const runs: Run[] = [];
  for (let seed = 1; seed <= MOST_SEEDS && !wanted.every((check) => found.has(check)); seed++) {
    const run = { seed, faults };
    runs.push(run);
    for (const { promise } of (await runRival(name, run)).violations) found.add(promise);
  }
  return { found: [...found], runs };
}

/** What the same seeds find in another lock. */
async function findings(name: RivalName, runs: readonly Run[]): Promise<string[]> {
  const found = new Set<string>();
  for (const run of runs)
    for (const { promise } of (await runRival(name, run)).violations) found.add(promise);
  return [...found].sort();
}

describe("@upstash/lock, and the same seeds with others", { timeout: 60_000 }, () => {
  it("in a network that loses and delays: locked for nobody, calls that hang, leases that are over", async () => {
    const wanted = ["agreement", "hangs", "loss", "no fences", "orphans"];
    const { found, runs } = await search("upstash-lock", FAULTS, wanted);
    expect(found).toEqual(expect.arrayContaining(wanted));
    expect([...wanted, "exclusion"]).toEqual(expect.arrayContaining(found));

    expect(await findings("holdfast-mutex", runs)).toEqual([]);
    const byTheBook = await findings("set-nx", runs);
    expect(["loss", "no fences", "orphans"]).toEqual(expect.arrayContaining(byTheBook));
  });

  it("in a network without faults: two at once by its own count of time, and no order; nothing is left behind", async () => {
    const wanted = ["agreement", "exclusion", "loss", "no fences", "order"];
    const { found, runs } = await search("upstash-lock", [], wanted);
    expect(found.sort()).toEqual(wanted);

    expect(await findings("holdfast-mutex", runs)).toEqual([]);
    const byTheBook = await findings("set-nx", runs);
    expect(["loss", "no fences", "order"]).toEqual(expect.arrayContaining(byTheBook));
  });
});

describe("a package in a simulated client", () => {
  it("is run bit for bit the same", async () => {
    const [first, second] = [
      await runRival("upstash-lock", { seed: 2 }),
      await runRival("upstash-lock", { seed: 2 }),
    ];
    expect(first.cycles).toBeGreaterThan(0);
    expect(digestOf(second)).toBe(digestOf(first));
  });
});
