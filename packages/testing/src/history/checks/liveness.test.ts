import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, end, failed, fault, granted, quiet, unknown } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (...events: HistoryEvent[]) =>
  verdict("liveness", [asks(0, "a1"), quiet(10), ...events, end(1000)]);

describe("a call", () => {
  it.each([
    ["granted", granted(900, "a1", 950)],
    ["failed", failed(900, "a1")],
    ["unknown", unknown(900, "a1")],
  ])("may end as %s", (_, event) => {
    expect(check(event)).toEqual([]);
  });

  it("comes to an end once it is quiet", () => {
    expect(check()).toEqual([
      "op a1 (client a) was invoked at 0 and never ended, though nothing was in its way from 10 on",
    ]);
  });

  it("comes to it in time", () => {
    const events = [asks(0, "a1"), quiet(10), failed(200, "a1")];
    expect(verdict("liveness", events, { livenessMs: 190 })).toEqual([]);
    expect(verdict("liveness", events, { livenessMs: 180 })).toEqual([
      "op a1 (client a) was invoked at 0 and ended only at 200, though nothing was in its way from 10 on",
    ]);
    expect(verdict("liveness", [asks(0, "a1"), quiet(10), end(100)], { livenessMs: 180 })).toHaveLength(1);
  });

  it("does not, when its client is dead, or faults go on", () => {
    expect(check(fault(500, "client", { client: "a", until: 5000 }))).toEqual([]);
    expect(verdict("liveness", [asks(0, "a1"), end(1000)])).toEqual([]);
  });

  it("may be open when the history breaks off", () => {
    expect(verdict("liveness", [asks(0, "a1"), quiet(10)], { livenessMs: 180 })).toEqual([]);
  });
});
