import { describe, expect, it } from "vitest";
import type { HistoryEvent, Invoked } from "../events.ts";
import { asks, fault, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (more: Partial<Invoked>, ...events: HistoryEvent[]) =>
  verdict("places", [asks(0, "a1", { ttlMs: 500, claimMs: 20, waitMs: 100, ...more }), ...events], {
    placesEnd: true,
  });

describe("a place", () => {
  const taken = server(10, [holds("b1", 900, 1)], ["a1"]);

  it("is good for as long as its operation waits", () => {
    expect(check({}, taken, server(110, [holds("a1", 130, 2)]))).toEqual([]);
    expect(check({}, taken, server(120, [holds("a1", 140, 2)]))).toEqual([
      'op a1 (client a) was granted "x" at 120 for a place that it took at 10, to wait for 100',
    ]);
    expect(check({ waitMs: 200 }, taken, server(120, [holds("a1", 140, 2)]))).toEqual([]);
  });

  it("need not be what a grant was made for", () => {
    expect(check({}, taken, server(120, [holds("a1", 620, 2)]))).toEqual([]);
    expect(check({}, taken, fault(115, "order"), server(120, [holds("a1", 140, 2)]))).toEqual([]);
  });

  it("is taken behind no more than its operation puts up with", () => {
    const others = ["c1", "d1", "a1"];
    expect(check({ maxWaiters: 3 }, server(10, [], others))).toEqual([]);
    expect(check({ maxWaiters: 2 }, server(10, [], others), server(20, [], [...others, "e1"]))).toEqual([
      'op a1 (client a) took a place in the queue of "x" behind 2 others, and wanted no more than 1 before it',
    ]);
    expect(check({ maxWaiters: 1 }, server(10, [], ["a1"]), server(20, [], ["a1", "c1"]))).toEqual([]);
  });
});
