import { describe, expect, it } from "vitest";
import { asks, fault, granted, holds, releasing, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const turns = (first: number, second: number) => [
  asks(0, "a1"),
  granted(10, "a1", 50, first),
  releasing(20, "a1"),
  asks(30, "b1"),
  granted(40, "b1", 90, second),
];

describe("fences as clients see them", () => {
  it("rise from one lease to the next", () => {
    expect(verdict("fences", turns(1, 2))).toEqual([]);
    expect(verdict("fences", turns(2, 1))).toEqual([
      'the lock gave op b1 (client b) fence 1 of "x" after fence 2 to op a1 (client a)',
    ]);
  });

  it("are not used twice", () => {
    expect(verdict("fences", turns(2, 2))).toEqual([
      'op b1 (client b) was given fence 2 of "x", which op a1 (client a) has',
    ]);
  });

  it("rise whatever fault there was", () => {
    for (const breaks of ["nothing", "order", "exclusion"] as const)
      expect(
        verdict(
          "fences",
          [fault(25, breaks), ...turns(2, 1)].sort((a, b) => a.at - b.at),
        ),
      ).toHaveLength(1);
  });

  it("rise in the order of exclusive leases, whenever they were asked for", () => {
    const events = (...fences: [number, number]) => [
      asks(0, "a1"),
      asks(0, "b1"),
      granted(10, "a1", 20, fences[0]),
      granted(30, "b1", 60, fences[1]),
    ];
    expect(verdict("fences", events(1, 2))).toEqual([]);
    expect(verdict("fences", events(2, 1))).toHaveLength(1);
  });

  it("come in any order for leases beside each other whose calls overlap", () => {
    const shared = { capacity: 2, weight: 1 };
    const both = [asks(0, "a1", shared), asks(0, "b1", shared)];
    expect(verdict("fences", [...both, granted(10, "a1", 90, 2), granted(20, "b1", 90, 1)])).toEqual([]);
    const later = [
      asks(0, "a1", shared),
      granted(10, "a1", 90, 2),
      asks(11, "b1", shared),
      granted(20, "b1", 90, 1),
    ];
    expect(verdict("fences", later)).toHaveLength(1);
  });

  it("rise between a writer and readers", () => {
    const all = { capacity: 10, weight: 10 };
    const one = { capacity: 10, weight: 1 };
    const events = (...[reader, writer]: [number, number]) => [
      asks(0, "a1", one),
      asks(0, "b1", all),
      granted(10, "a1", 20, reader),
      granted(30, "b1", 60, writer),
    ];
    expect(verdict("fences", events(1, 2))).toEqual([]);
    expect(verdict("fences", events(2, 1))).toHaveLength(1);
  });

  it("of a lease that was on its way when the server lost it may be learned of late", () => {
    const events = [
      asks(0, "a1"),
      asks(0, "b1"),
      fault(20, "exclusion"),
      granted(30, "b1", 60, 2),
      granted(40, "a1", 90, 1),
    ];
    expect(verdict("fences", events)).toEqual([]);
    expect(
      verdict(
        "fences",
        events.filter(({ type }) => type !== "fault"),
      ),
    ).toHaveLength(1);
  });

  it("are numbers that can be compared", () => {
    for (const fence of [Number.NaN, 1.5, 2 ** 60])
      expect(verdict("fences", turns(1, fence))).toHaveLength(1);
  });

  it("are of each name by itself", () => {
    const names = ["x", "y"];
    const events = (...fences: number[]) => [
      asks(0, "a1", { names }),
      granted(10, "a1", 20, 7, 3),
      asks(30, "b1", { names }),
      granted(40, "b1", 90, ...fences),
    ];
    expect(verdict("fences", events(8, 4))).toEqual([]);
    expect(verdict("fences", events(8, 2))).toHaveLength(1);
  });
});

describe("fences as the server gives them", () => {
  const asked = [asks(0, "a1"), asks(0, "b1"), asks(0, "c1")];
  const states = (...fences: number[]) =>
    fences.map((fence, i) => server(10 + i, [holds(`${"abc"[i]}1`, 100, fence)]));

  it("rise from state to state", () => {
    expect(verdict("fences", [...asked, ...states(1, 2, 3)])).toEqual([]);
    expect(verdict("fences", [...asked, ...states(1, 3, 2)])).toEqual([
      'the server gave op c1 (client c) fence 2 of "x" after fence 3 to op b1 (client b)',
    ]);
    expect(verdict("fences", [...asked, ...states(1, 2, 1)])).toEqual([
      'the server gave fence 1 of "x" to op a1 (client a) and to op c1 (client c)',
    ]);
  });

  it("may come in any order out of one script, above all before", () => {
    const together = (...fences: [number, number]) => [
      ...asked,
      server(10, [holds("a1", 100, 5)], [], { capacity: 3 }),
      server(20, [holds("a1", 100, 5), holds("b1", 100, fences[0]), holds("c1", 100, fences[1])], [], {
        capacity: 3,
      }),
    ];
    expect(verdict("fences", together(7, 6))).toEqual([]);
    expect(verdict("fences", together(7, 4))).toHaveLength(1);
  });

  it("may be seen again after a copy took over, and new ones are above those that were lost", () => {
    const failover = (fence: number) => [
      ...asked,
      ...states(1, 2),
      fault(50, "exclusion"),
      server(50, [holds("a1", 100, 1)]),
      server(60, [holds("c1", 200, fence)]),
    ];
    expect(verdict("fences", failover(3))).toEqual([]);
    expect(verdict("fences", failover(2))).toHaveLength(1);
  });
});
