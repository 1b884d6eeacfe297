import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHistory } from "./check-history.ts";
import { formatHistory } from "./format-history.ts";
import { linearizable } from "./linearizable/linearizable.ts";
import { modelHistories } from "./test-support/arbitrary.ts";
import { CORRUPTIONS } from "./test-support/corruptions.ts";

const MEASURES = { graceMs: 100, livenessMs: 1000, idleMs: 100 };

describe("one thing that a lock must not do, in a history that is right otherwise, is found", () => {
  it.each(CORRUPTIONS)("$name", ({ name, check, corrupt }) => {
    let tried = 0;
    fc.assert(
      fc.property(fc.oneof(modelHistories(1), modelHistories(2)), fc.nat(), (history, which) => {
        const places = corrupt(history);
        fc.pre(places.length > 0);
        tried++;
        const corrupted = places[which % places.length]?.() ?? [];
        const found = checkHistory(corrupted, MEASURES).map(({ promise }) => promise);
        expect(found, `${name}\n${formatHistory(corrupted)}`).toContain(check);
      }),
      { numRuns: 40, maxSkipsPerRun: 100 },
    );
    expect(tried).toBeGreaterThanOrEqual(40);
  });
});

it("what somebody was granted meanwhile cannot be explained by clients' events alone", () => {
  const stolen = CORRUPTIONS.find(({ check }) => check === "exclusion");
  fc.assert(
    fc.property(modelHistories(1), fc.nat(), (history, which) => {
      const places = stolen?.corrupt(history) ?? [];
      fc.pre(places.length > 0);
      const corrupted = places[which % places.length]?.() ?? [];
      const seen = corrupted.filter(({ type }) => type !== "server");
      expect(linearizable(seen), formatHistory(seen)).toMatchObject({ verdict: "not linearizable" });
    }),
    { numRuns: 40, maxSkipsPerRun: 100 },
  );
});
