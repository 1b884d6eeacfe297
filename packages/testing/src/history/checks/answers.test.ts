import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, fault, granted, holds, lost, released, releasing, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (...events: HistoryEvent[]) => verdict("answers", [asks(0, "a1"), ...events]);

describe("what a client is told", () => {
  it("is no grant of what is over", () => {
    expect(check(granted(10, "a1", 10), lost(10, "a1"))).toEqual([
      "op a1 (client a) was granted at 10 what was over by then",
    ]);
    expect(check(granted(10, "a1", 11), lost(11, "a1"))).toEqual([]);
  });

  it("is not that a lease was lost which its release ended", () => {
    const held = [server(5, [holds("a1", 100, 1)]), granted(10, "a1", 90, 1), releasing(20, "a1")];
    expect(check(...held, server(25, []), released(30, "a1", "lost"))).toEqual([
      'op a1 (client a) was told that its lease of "x" was lost, but it was its release that ended it at 25',
    ]);
    expect(check(...held, server(25, []), released(30, "a1", "released"))).toEqual([]);
  });

  it("may be that a lease was lost which somebody else ended, or the server forgot", () => {
    const held = [server(5, [holds("a1", 100, 1)]), granted(10, "a1", 90, 1)];
    expect(check(...held, server(15, []), releasing(20, "a1"), released(30, "a1", "lost"))).toEqual([]);
    expect(
      check(...held, releasing(20, "a1"), server(25, []), fault(26, "exclusion"), released(30, "a1", "lost")),
    ).toEqual([]);
  });
});
