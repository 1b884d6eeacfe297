import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import {
  asks,
  end,
  failed,
  fault,
  granted,
  holds,
  quiet,
  released,
  releasing,
  server,
  unknown,
} from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (...events: HistoryEvent[]) =>
  verdict("leftovers", [asks(0, "a1"), ...events, end(1000)], { graceMs: 50 });

describe("what is left of a call that failed", () => {
  it("is gone after the grace, once quiet", () => {
    const events = [quiet(10), server(20, [holds("a1", 400, 1)]), failed(100, "a1")];
    expect(check(...events, server(150, []))).toEqual([]);
    expect(check(...events, server(160, []))).toEqual([
      'op a1 (client a) ended as failed at 100, and holds "x" until 160',
    ]);
    expect(check(...events)).toEqual(['op a1 (client a) ended as failed at 100, and holds "x" until 400']);
  });

  it("may run out by itself", () => {
    expect(check(quiet(10), server(20, [holds("a1", 140, 1)]), failed(100, "a1"))).toEqual([]);
  });

  it("is a place in the queue as well, and of unknown outcome too", () => {
    expect(check(quiet(10), server(20, [], ["a1"]), unknown(100, "a1"))).toEqual([
      'op a1 (client a) ended as unknown at 100, and waits for "x" until 1000',
    ]);
  });

  it("may be there before it is quiet, or after the server lost what it knew", () => {
    expect(check(failed(10, "a1"), server(20, [], ["a1"]), quiet(100), server(150, []))).toEqual([]);
    expect(check(failed(10, "a1"), server(20, [], ["a1"]), quiet(100), server(160, []))).toHaveLength(1);
    expect(check(failed(10, "a1"), fault(15, "exclusion"), server(20, [], ["a1"]), quiet(100))).toEqual([]);
  });

  it("is not looked for without a grace", () => {
    expect(
      verdict("leftovers", [asks(0, "a1"), quiet(1), failed(2, "a1"), server(3, [], ["a1"]), end(99)]),
    ).toEqual([]);
  });
});

describe("what is left where every fault is known", () => {
  const prompt = (...events: HistoryEvent[]) =>
    verdict("leftovers", [asks(0, "a1"), ...events, end(2000)], { promptMs: 50, aftermathMs: 100 });
  const held = server(20, [holds("a1", 1500, 1)]);

  it("is soon gone when nothing happens", () => {
    expect(prompt(held, failed(100, "a1"), server(149, []))).toEqual([]);
    expect(prompt(held, failed(100, "a1"), server(160, []))).toEqual([
      'op a1 (client a) ended as failed at 100, and holds "x" until 160',
    ]);
    expect(
      prompt(held, fault(120, "nothing", { client: "b" }), failed(100, "a1"), server(160, [])),
    ).toHaveLength(1);
  });

  it("is gone some time after the last fault", () => {
    const late = [held, failed(100, "a1"), fault(120, "nothing", { client: "a", until: 140 })];
    expect(prompt(...late, server(325, []))).toEqual([]);
    expect(prompt(...late, server(340, []))).toHaveLength(1);
    expect(prompt(...late, fault(300, "nothing", { client: "a" }), server(340, []))).toEqual([]);
  });

  it("is no place that has ended by itself", () => {
    const measures = { promptMs: 50, aftermathMs: 100, placesEnd: true };
    const left = (waitMs: number) =>
      verdict(
        "leftovers",
        [asks(0, "a1", { waitMs }), server(20, [], ["a1"]), failed(100, "a1"), end(2000)],
        measures,
      );
    expect(left(40)).toEqual([]);
    expect(left(100)).toEqual(['op a1 (client a) ended as failed at 100, and waits for "x" until 202']);
  });

  it("is only what was there already, when the client was turned away", () => {
    const away = { ...failed(100, "a1"), turnedAway: true };
    const repeated = server(400, [holds("a1", 1500, 1)]);
    expect(prompt(failed(100, "a1"), repeated)).toHaveLength(1);
    expect(prompt(away, repeated)).toEqual([]);
    expect(prompt(server(20, [], ["a1"]), away, repeated)).toHaveLength(1);
  });

  it("is nothing of what was released", () => {
    const letGo = (outcome: "released" | "unknown") => [
      held,
      granted(30, "a1", 1400, 1),
      releasing(90, "a1"),
      released(100, "a1", outcome),
    ];
    expect(prompt(...letGo("released"), server(110, []))).toEqual([
      'op a1 (client a) was told of its release: released, at 100, and holds "x" until 110',
    ]);
    expect(prompt(...letGo("unknown"), server(110, []))).toEqual([]);
    expect(prompt(...letGo("unknown"), server(160, []))).toHaveLength(1);
  });
});
