import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, end, failed, fault, granted, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const asked = asks(0, "a1", { claimMs: 100, ttlMs: 1000 });
const check = (...events: HistoryEvent[]) =>
  verdict("wake-ups", [asked, server(10, [holds("b1", 500, 1)], ["a1"]), ...events, end(2000)], {
    promptMs: 50,
    aftermathMs: 30,
  });

describe("a client that waits", () => {
  const letIn = server(200, [holds("a1", 300, 2)]);

  it("learns of its grant in time", () => {
    expect(check(letIn, granted(210, "a1", 290, 2))).toEqual([]);
    expect(check(letIn)).toEqual([
      'op a1 (client a) was granted "x" out of the queue at 200 and did not learn of it until 305',
    ]);
    expect(check(letIn, granted(310, "a1", 390, 2))).toHaveLength(1);
  });

  it("need not learn of what a late repetition got, once it was served", () => {
    expect(check(granted(150, "a1", 190, 1), letIn)).toEqual([]);
  });

  it("knows when it makes the grant last", () => {
    expect(check(letIn, server(250, [holds("a1", 1250, 2)]))).toEqual([]);
  });

  it("need not learn of it when it gave up, hears nothing, or something happened", () => {
    expect(check(letIn, failed(220, "a1"))).toEqual([]);
    expect(check(fault(100, "listening", { client: "a", until: 5000 }), letIn)).toEqual([]);
    expect(check(fault(180, "nothing", { client: "a" }), letIn)).toEqual([]);
    expect(check(fault(160, "nothing", { client: "a" }), letIn)).toHaveLength(1);
    expect(check(fault(150, "nothing", { client: "c" }), letIn)).toHaveLength(1);
  });

  it("is excused by a fault for as long as that says that it is felt", () => {
    const broken = (at: number, feltMs: number) => fault(at, "nothing", { client: "a", feltMs });
    expect(check(broken(180, 10), letIn)).toHaveLength(1);
    expect(check(broken(180, 30), letIn)).toEqual([]);
    expect(check(broken(100, 90), letIn)).toHaveLength(1);
    expect(check(broken(100, 110), letIn)).toEqual([]);
    expect(check(fault(100, "nothing", { until: 150, feltMs: 60 }), letIn)).toEqual([]);
  });
});
