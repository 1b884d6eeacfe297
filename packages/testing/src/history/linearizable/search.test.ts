import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperationRecord } from "../operation-record.ts";
import { explainable } from "./brute-force.ts";
import { createBudget } from "./budget.ts";
import type { Item } from "./items.ts";
import { search } from "./search.ts";

const record = { op: "?" } as OperationRecord;
const NEVER = Number.POSITIVE_INFINITY;

/** Items whose places are all different, as events are. */
function items(most: number, weights: number): fc.Arbitrary<Item[]> {
  const shape = fc.record({
    kind: fc.constantFrom("lease", "lease", "lease", "ghost", "refusal", "refusal"),
    weight: fc.integer({ min: 1, max: weights }),
    places: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { minLength: 4, maxLength: 4 }),
    released: fc.boolean(),
  });
  return fc.array(shape, { minLength: 1, maxLength: most }).map((shapes) =>
    shapes.map(({ kind, weight, places, released }, id) => {
      const [a = 0, b = 0, c = 0, d = 0] = places.sort((x, y) => x - y).map((place) => place + id / 100);
      const item = { id, record, kind, weight, call: a } as const;
      if (kind === "refusal") return { ...item, kind, due: b, free: NEVER, gone: NEVER };
      if (kind === "ghost") return { ...item, kind, due: NEVER, free: a, gone: NEVER };
      return { ...item, kind, due: b, free: c - 0.5, gone: released ? d : NEVER };
    }),
  );
}

const verdictOf = (some: readonly Item[], capacity: number) => {
  const found = search(some, { capacity, budget: createBudget(1_000_000) });
  return typeof found === "string" ? found : "not linearizable";
};

describe("the search agrees with trying every order", () => {
  it.each([
    ["for a mutex", 1, 1, 6],
    ["for two permits", 2, 1, 6],
    ["for three permits by weight", 3, 3, 5],
  ])("%s", (_, capacity, weights, most) => {
    const answers = { linearizable: 0, "not linearizable": 0 };
    fc.assert(
      fc.property(items(most, weights), (some) => {
        const answer = explainable(some, capacity) ? "linearizable" : "not linearizable";
        answers[answer]++;
        expect(verdictOf(some, capacity)).toBe(answer);
      }),
      { numRuns: 1500 },
    );
    // Both answers have to come up for the comparison to mean something.
    expect(answers.linearizable).toBeGreaterThan(100);
    expect(answers["not linearizable"]).toBeGreaterThan(100);
  });
});

describe("where the search gets stuck", () => {
  it("is the end of the shortest part of the history that cannot be explained", () => {
    fc.assert(
      fc.property(items(6, 2), (some) => {
        const found = search(some, { capacity: 2, budget: createBudget(1_000_000) });
        fc.pre(typeof found !== "string");
        if (typeof found === "string") return;
        const upTo = (place: number) =>
          some
            .filter(({ kind, call, due }) => call <= place && !(kind === "refusal" && due > place))
            .map((item) => ({
              ...item,
              due: item.due <= place ? item.due : NEVER,
              gone: item.gone <= place ? item.gone : NEVER,
            }));
        expect(verdictOf(upTo(found.item.due), 2)).toBe("not linearizable");
        expect(verdictOf(upTo(found.item.due - 0.001), 2)).toBe("linearizable");
      }),
      { numRuns: 1500 },
    );
  });
});
