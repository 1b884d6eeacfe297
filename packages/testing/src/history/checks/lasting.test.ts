import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, fault, granted, lost } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const measures = { promptMs: 10, aftermathMs: 50 };
const asked = asks(100, "a1", { ttlMs: 1000, claimMs: 100, lastsMs: 5000 });
const check = (...events: HistoryEvent[]) => verdict("lasting", events, measures);

describe("a lease that nothing happens to", () => {
  it("lasts as long as was asked for", () => {
    expect(check(asked, granted(110, "a1", 200), lost(1110, "a1"))).toEqual([
      "op a1 (client a) was granted its lease at 110 and lost it at 1110, though it was to last 5000 and nothing went wrong",
    ]);
    expect(check(asked, granted(110, "a1", 200), lost(5000, "a1"))).toEqual([]);
  });

  it("may end early when something happened", () => {
    const ends = [granted(110, "a1", 200), lost(1110, "a1")];
    const slow = fault(800, "nothing", { client: "a" });
    expect(check(asked, granted(110, "a1", 200), slow, lost(1110, "a1"))).toEqual([]);
    expect(check(fault(70, "nothing", { client: "a" }), asked, ...ends)).toEqual([]);
    expect(check(fault(20, "nothing", { client: "a" }), asked, ...ends)).toHaveLength(1);
    expect(check(fault(105, "nothing", { client: "b" }), asked, ...ends)).toHaveLength(1);
  });

  it("may be too short for a round trip, or not be measured", () => {
    const short = asks(100, "a1", { ttlMs: 1000, claimMs: 5, lastsMs: 5000 });
    expect(check(short, granted(110, "a1", 112), lost(112, "a1"))).toEqual([]);
    expect(verdict("lasting", [asked, granted(110, "a1", 200), lost(300, "a1")])).toEqual([]);
  });
});
