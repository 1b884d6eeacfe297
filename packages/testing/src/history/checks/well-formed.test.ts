import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, granted, lost, quiet } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

describe("a history", () => {
  it.each<[string, HistoryEvent[]]>([
    ['"quiet" at 5 comes after 10', [asks(10, "a1"), quiet(5)]],
    ['"quiet" at NaN comes after 10', [asks(10, "a1"), quiet(Number.NaN)]],
    ['op a1 is "lost" and was not invoked', [lost(10, "a1")]],
    ['op a1 is "lost" and was not invoked', [lost(10, "a1"), asks(10, "a1")]],
    ["op a1 was invoked twice", [asks(10, "a1"), asks(10, "a1")]],
    ["op a1 has 2 fences for 1 names", [asks(10, "a1"), granted(10, "a1", 20, 1, 2)]],
  ])("is wrong when %s", (text, events) => {
    expect(verdict("well-formed", events)).toEqual([`the history is wrong: ${text}`]);
  });

  it("is right when things happen at one moment", () => {
    expect(
      verdict("well-formed", [asks(10, "a1"), granted(10, "a1", 20, 1), asks(10, "b1"), quiet(10)]),
    ).toEqual([]);
  });
});
