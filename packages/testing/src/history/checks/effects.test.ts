import { describe, expect, it } from "vitest";
import { asks, granted, lost, writes } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const leases = [
  asks(0, "a1"),
  asks(0, "b1"),
  granted(10, "a1", 50, 1),
  lost(50, "a1"),
  granted(60, "b1", 90, 2),
];

describe("writes to what the lock protects", () => {
  it("are not taken with a fence below one that was seen", () => {
    expect(verdict("effects", [...leases, writes(70, "b1", 2), writes(80, "a1", 1)])).toEqual([
      'a write of op a1 (client a) to "x" was taken with fence 1 after one of op b1 (client b) with fence 2',
    ]);
  });

  it.each([
    ["come in the order of fences", [writes(65, "a1", 1), writes(70, "b1", 2), writes(80, "b1", 2)]],
    ["are refused when they come late", [writes(70, "b1", 2), writes(80, "a1", 1, false)]],
    ["have no fence, which the lock cannot help", [writes(70, "b1", undefined), writes(80, "a1", undefined)]],
  ])("may be those that %s", (_, effects) => {
    expect(verdict("effects", [...leases, ...effects])).toEqual([]);
  });

  it("come in any order from leases beside each other, and not from before a writer", () => {
    const shared = { capacity: 3 };
    const events = (weight: number) => [
      asks(0, "a1", shared),
      asks(0, "b1", { capacity: 3, weight }),
      writes(70, "b1", 2),
      writes(80, "a1", 1),
    ];
    expect(verdict("effects", events(1))).toEqual([]);
    expect(verdict("effects", events(3))).toHaveLength(1);
  });
});
