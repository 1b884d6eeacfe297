import * as core from "@holdfast/core";
import { describe, expect, it } from "vitest";
import { digestOf } from "./digest.ts";
import { PRIMITIVE_NAMES } from "./primitives.ts";
import { runSeed } from "./run-seed.ts";
import { told } from "./seeds.ts";
import { shrink } from "./shrink.ts";

describe("a seed", () => {
  it("gives the same run, bit for bit, however often it is run", { timeout: 60_000 }, async () => {
    const [first, again] = [await runSeed(core, { seed: 3 }), await runSeed(core, { seed: 3 })];
    expect(digestOf(again)).toBe(digestOf(first));
    expect(digestOf(await runSeed(core, { seed: 4 }))).not.toBe(digestOf(first));
  });

  it.each(PRIMITIVE_NAMES)(
    "without faults: %s serves everybody, in order",
    { timeout: 60_000 },
    async (primitive) => {
      const run = await runSeed(core, { seed: 11, primitive, faults: [] });
      expect(told(run)).toEqual([]);
      expect(run.injected).toEqual([]);
      expect(run.cycles).toBeGreaterThan(20);
    },
  );
});

describe("shrink", () => {
  const faults = Array.from({ length: 40 }, (_, i) => ({ id: `f${i}`, kind: "delay" as const, atMs: i }));

  it("finds the faults that it takes", async () => {
    const fails = async (without: ReadonlySet<string>) => !without.has("f7") && !without.has("f31");
    const without = await shrink(faults, fails, 500);
    expect(faults.map(({ id }) => id).filter((id) => !without.has(id))).toEqual(["f7", "f31"]);
  });

  it("stops after so many runs", async () => {
    let runs = 0;
    await shrink(faults, async () => ++runs % 2 === 0, 10);
    expect(runs).toBe(10);
  });
});
