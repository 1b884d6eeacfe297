import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHistory } from "./check-history.ts";
import { formatHistory } from "./format-history.ts";
import { linearizable } from "./linearizable/linearizable.ts";
import { modelHistories } from "./test-support/arbitrary.ts";

const MEASURES = { graceMs: 100, livenessMs: 1000, idleMs: 100 };

describe("whatever a correct lock does", () => {
  it.each([
    ["as a mutex", 1],
    ["as a semaphore", 3],
  ])("%s, no check complains", (_, capacity) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(modelHistories(capacity), (history) => {
        for (const event of history) seen.add(event.type);
        const violations = checkHistory(history, MEASURES);
        const ops = violations.flatMap((violation) => violation.ops);
        expect(violations, formatHistory(history, { ops })).toEqual([]);
        expect(checkHistory(history.filter(({ type }) => type !== "server"))).toEqual([]);
      }),
      { numRuns: 300 },
    );
    // What never happens in these histories would not be tested.
    for (const type of [
      "granted",
      "queued",
      "failed",
      "unknown",
      "extended",
      "lost",
      "released",
      "effect",
      "server",
    ])
      expect(seen).toContain(type);
  });

  it.each([
    ["a mutex", 1],
    ["a semaphore", 3],
  ])("can be explained by %s that does one thing after the other", (_, capacity) => {
    fc.assert(
      fc.property(modelHistories(capacity), (history) => {
        expect(linearizable(history)).toMatchObject({ verdict: "linearizable" });
      }),
      { numRuns: 300 },
    );
  });
});
