import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, fault, granted, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const options = { claimMs: 20 };
const waiting = [asks(0, "a1"), server(10, [holds("b1", 50, 1)], ["a1"])];
const check = (...events: HistoryEvent[]) => verdict("claims", [...waiting, ...events], options);

describe("a grant out of the queue", () => {
  it("lasts a claim window", () => {
    expect(check(server(50, [holds("a1", 70, 2)]), server(70, []))).toEqual([]);
    expect(check(server(50, [holds("a1", 100, 2)]))).toEqual([
      'op a1 (client a) was granted "x" out of the queue at 50 until 100, longer than the claim window of 20',
    ]);
  });

  it("lasts no longer when nobody comes", () => {
    expect(check(server(50, [holds("a1", 70, 2)]), server(60, [holds("a1", 160, 2)]))).toEqual([
      'op a1 (client a) was granted "x" out of the queue at 50 and kept until 160, longer than the claim window of 20, though its client never came',
    ]);
  });

  it("lasts longer once the client came", () => {
    expect(
      check(server(50, [holds("a1", 70, 2)]), granted(55, "a1", 69, 2), server(60, [holds("a1", 160, 2)])),
    ).toEqual([]);
    expect(
      check(server(50, [holds("a1", 70, 2)]), server(60, [holds("a1", 160, 2)]), granted(155, "a1", 169, 3)),
    ).toHaveLength(1);
  });

  it("ends early when it is given back", () => {
    expect(
      check(server(50, [holds("a1", 70, 2)]), server(60, [holds("a1", 160, 2)]), server(65, [])),
    ).toEqual([]);
  });

  it("has the window that was asked for", () => {
    const own = [asks(0, "a1", { claimMs: 60 }), ...waiting.slice(1), server(50, [holds("a1", 110, 2)])];
    expect(verdict("claims", own, options)).toEqual([]);
    expect(verdict("claims", own.slice(1), options)).toEqual([]);
    expect(verdict("claims", [asks(0, "a1", { claimMs: 40 }), ...own.slice(1)], options)).toHaveLength(1);
  });

  it("is another thing than a grant to who did not wait, or takes it unfairly", () => {
    expect(verdict("claims", [asks(0, "a1"), server(50, [holds("a1", 100, 2)])], options)).toEqual([]);
    const unfair = [asks(0, "a1", { fair: false }), ...waiting.slice(1), server(50, [holds("a1", 100, 2)])];
    expect(verdict("claims", unfair, options)).toEqual([]);
  });

  it("is not measured across a step of the server's clock, or without a window", () => {
    expect(check(fault(50, "exclusion"), server(50, [holds("a1", 100, 2)]))).toEqual([]);
    expect(verdict("claims", [...waiting, server(50, [holds("a1", 100, 2)])])).toEqual([]);
  });
});
