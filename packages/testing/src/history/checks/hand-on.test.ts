import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, fault, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (...events: HistoryEvent[]) =>
  verdict("hand-on", [asks(0, "a1"), asks(0, "b1"), ...events], { handsOn: true });

describe("who lets go", () => {
  const held = server(5, [holds("a1", 100, 1)], ["b1"]);

  it("lets in the next in line by it", () => {
    expect(check(held, server(20, [holds("b1", 120, 2)]))).toEqual([]);
    expect(check(held, server(20, [], ["b1"]), server(30, [holds("b1", 130, 2)]))).toEqual([
      '"x" was let go at 20 and not passed on to op b1 (client b), which was the next in line',
    ]);
  });

  it("lets in nobody who does not fit, or before the name opens", () => {
    const wide = [asks(0, "w1", { capacity: 2, weight: 2 }), asks(0, "c1", { capacity: 2 })];
    const both = server(5, [holds("a1", 100, 1), holds("c1", 100, 2)], ["w1"], { capacity: 2 });
    expect(check(...wide, both, server(20, [holds("c1", 100, 2)], ["w1"], { capacity: 2 }))).toEqual([]);
    expect(check(...wide, both, server(20, [], ["w1"], { capacity: 2 }))).toHaveLength(1);
    expect(check(held, server(20, [], ["b1"], { closedUntil: 30 }))).toEqual([]);
  });

  it("is not who ran out, or was forgotten", () => {
    expect(check(held, server(101, [], ["b1"]))).toEqual([]);
    expect(check(held, fault(20, "exclusion"), server(20, [], ["b1"]))).toEqual([]);
  });

  it("is not asked for it unless the lock promises that", () => {
    expect(verdict("hand-on", [asks(0, "b1"), held, server(20, [], ["b1"])])).toEqual([]);
  });
});
