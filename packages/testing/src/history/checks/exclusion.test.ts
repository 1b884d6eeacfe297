import { describe, expect, it } from "vitest";
import { asks, extended, fault, granted, holds, lost, releasing, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const two = [asks(0, "a1"), asks(0, "b1")];

describe("exclusion by what holders rely on", () => {
  it("is broken when a lease begins before another is over", () => {
    expect(verdict("exclusion", [...two, granted(10, "a1", 100), granted(90, "b1", 200)])).toEqual([
      'op b1 (client b) relied on "x" from 90 until 200 while op a1 (client a) did until 100',
    ]);
  });

  it.each([
    ["runs out", [granted(10, "a1", 90)]],
    ["is let go", [granted(10, "a1", 100), releasing(90, "a1")]],
    ["is told as lost", [granted(10, "a1", 100), lost(90, "a1")]],
  ])("holds when the other %s at that moment", (_, first) => {
    expect(verdict("exclusion", [...two, ...first, granted(90, "b1", 200)])).toEqual([]);
  });

  it("counts an extension, unless it comes when the lease is over", () => {
    const early = [...two, granted(10, "a1", 90), extended(80, "a1", 150), granted(100, "b1", 200)];
    expect(verdict("exclusion", early)).toHaveLength(1);
    const late = [...two, granted(10, "a1", 90), extended(96, "a1", 150), granted(100, "b1", 200)];
    expect(verdict("exclusion", late)).toEqual([]);
  });

  it("is by weight", () => {
    const permits = (weight: number) => ({ capacity: 3, weight });
    const three = (weight: number) => [
      asks(0, "a1", permits(1)),
      asks(0, "b1", permits(1)),
      asks(0, "c1", permits(weight)),
      ...["a1", "b1", "c1"].map((op) => granted(10, op, 100)),
    ];
    expect(verdict("exclusion", three(1))).toEqual([]);
    expect(verdict("exclusion", three(2))).toEqual([
      'op c1 (client c) relied on "x" from 10 until 100 while op a1 (client a) did until 100 and 1 more did as well',
    ]);
  });

  it("lets readers in together, and no writer beside them, where the capacity is infinite", () => {
    const reads = { capacity: Number.POSITIVE_INFINITY, weight: 1 };
    const writes = { capacity: Number.POSITIVE_INFINITY, weight: Number.POSITIVE_INFINITY };
    const readers = [
      asks(0, "a1", reads),
      asks(0, "b1", reads),
      asks(0, "c1", writes),
      granted(10, "a1", 100),
      granted(20, "b1", 120),
    ];
    expect(verdict("exclusion", [...readers, granted(120, "c1", 200)])).toEqual([]);
    expect(verdict("exclusion", [...readers, granted(110, "c1", 200)])).toHaveLength(1);
  });

  it("is for each of several names", () => {
    const both = [asks(0, "a1", { names: ["x", "y"] }), asks(0, "b1", { names: ["y"] })];
    expect(verdict("exclusion", [...both, granted(10, "a1", 100), granted(50, "b1", 200)])).toHaveLength(1);
  });

  it("finds a lease that weighs more than fits", () => {
    expect(
      verdict("exclusion", [
        asks(0, "a1", { weight: 2 }),
        ...two.slice(1),
        granted(5, "b1", 6),
        granted(10, "a1", 100),
      ]),
    ).toEqual(['op a1 (client a) was granted "x" at 10 with more weight than fits']);
  });

  describe("when the server lost what it had acknowledged", () => {
    it("is not asked of the leases that were held, from then on", () => {
      const events = [...two, granted(10, "a1", 100), fault(50, "exclusion"), granted(60, "b1", 200)];
      expect(verdict("exclusion", events)).toEqual([]);
    });

    it("is asked of them before, and of those that came after", () => {
      const before = [...two, granted(10, "a1", 100), granted(40, "b1", 200), fault(50, "exclusion")];
      expect(verdict("exclusion", before)).toHaveLength(1);
      const after = [
        fault(5, "exclusion"),
        ...[asks(6, "a1"), asks(6, "b1")],
        granted(10, "a1", 100),
        granted(60, "b1", 200),
      ];
      expect(verdict("exclusion", after)).toHaveLength(1);
    });

    it("is not asked of a lease that was on its way, which the server's states show", () => {
      const inFlight = [
        ...two,
        server(10, [holds("a1", 100, 1)]),
        fault(50, "exclusion"),
        server(50, []),
        server(55, [holds("b1", 200, 2)]),
        granted(56, "b1", 200, 2),
        granted(60, "a1", 100, 1),
      ];
      expect(verdict("exclusion", inFlight)).toEqual([]);
    });

    it("is asked in spite of all other faults", () => {
      for (const breaks of ["nothing", "order", "client"] as const) {
        const events = [
          ...two,
          granted(10, "a1", 100),
          fault(50, breaks, { client: "a" }),
          granted(60, "b1", 200),
        ];
        expect(verdict("exclusion", events)).toHaveLength(1);
      }
    });
  });
});
