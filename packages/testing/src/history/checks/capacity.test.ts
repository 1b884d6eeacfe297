import { describe, expect, it } from "vitest";
import { asks, fault, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

describe("capacity by what the server holds", () => {
  it("is exceeded by two holders of a mutex", () => {
    expect(verdict("capacity", [asks(0, "a1"), server(10, [holds("a1", 100), holds("b1", 50)])])).toEqual([
      'the server holds "x" for op a1 (client a) and op b1, with a weight of 2 where 1 fits',
    ]);
  });

  it("is not exceeded by one that has run out and is still in the books", () => {
    expect(verdict("capacity", [server(50, [holds("a1", 50), holds("b1", 100)])])).toEqual([]);
  });

  it("is by weight", () => {
    const permits = (weight: number) =>
      server(10, [holds("a1", 100, 1, { weight: 2 }), holds("b1", 100, 2, { weight })], [], { capacity: 3 });
    expect(verdict("capacity", [permits(1)])).toEqual([]);
    expect(verdict("capacity", [permits(2)])).toHaveLength(1);
  });

  it("is exceeded whatever fault there was", () => {
    expect(
      verdict("capacity", [fault(5, "exclusion"), server(10, [holds("a1", 100), holds("b1", 50)])]),
    ).toHaveLength(1);
  });
});
