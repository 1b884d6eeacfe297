import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import type { LeaseKeeper } from "../lease/keeper.ts";
import type { LeaseJSON } from "../lease/lease.ts";
import { adopt } from "./adopt.ts";

/** Enough of a keeper for a lease that nobody uses. */
const keeper = {
  clock: systemClock,
  emit: undefined,
  leases: new Set(),
  renewer: { lossAtDeadline: () => "expired" },
} as unknown as LeaseKeeper;

const token = fc.stringMatching(/^[\w.:-]{8,128}$/);
const whole = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const lease: fc.Arbitrary<LeaseJSON> = fc.record({
  version: fc.constant(1 as const),
  name: fc.string({ minLength: 1, maxLength: 512, unit: "binary" }),
  mode: fc.constantFrom("exclusive" as const, "shared" as const),
  owner: token,
  attemptId: token,
  fence: whole,
  acquiredAt: whole,
  expiresAt: whole,
  ttlMs: fc.integer({ min: 10, max: 86_400_000 }),
});

describe("adopt", () => {
  it("continues what toJSON() gave, over JSON", () => {
    fc.assert(
      fc.property(lease, (json) => {
        const adopted = adopt(keeper, JSON.parse(JSON.stringify(json)));
        const { expiresAt: _, ...told } = adopted.toJSON();
        const { expiresAt: __, ...given } = json;
        expect(told).toEqual(given);
      }),
    );
  });

  it("relies on nothing before the store has confirmed it", () => {
    fc.assert(
      fc.property(lease, (json) => {
        expect(adopt(keeper, json).remainingMs()).toBe(0);
      }),
    );
  });

  it("carries metadata and several names along", () => {
    const [json] = fc.sample(lease, 1);
    const more = { ...json, name: "a", names: ["a", "b"], fences: [1, 2], fence: 2, metadata: { job: [1] } };
    const adopted = adopt(keeper, more);
    expect(adopted).toMatchObject({ names: ["a", "b"], fence: 2, metadata: { job: [1] } });
    expect(adopted.toJSON()).toMatchObject({ names: ["a", "b"], fences: [1, 2], metadata: { job: [1] } });
  });

  it("takes nothing else for a lease", () => {
    const broken = fc.oneof(
      fc.anything(),
      fc
        .tuple(
          lease,
          fc.constantFrom("name", "mode", "owner", "attemptId", "fence", "ttlMs"),
          fc.constantFrom(undefined, null, -1, 0.5, "", "x y", {}, []),
        )
        .map(([json, field, value]) => ({ ...json, [field]: value })),
      fc
        .tuple(lease, fc.constantFrom("names", "fences"), fc.constantFrom(null, "a", [], [""], [1, 2], {}))
        .map(([json, field, value]) => ({ ...json, [field]: value })),
    );
    fc.assert(
      fc.property(broken, (value) => {
        // A name is as good as any other string, and an empty one is none.
        fc.pre(!(typeof value === "object" && value !== null && (value as LeaseJSON).name === "x y"));
        expect(() => adopt(keeper, value)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
      }),
    );
  });
});
