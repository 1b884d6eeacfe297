import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, end, failed, fault, granted, holds, quiet, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (...events: HistoryEvent[]) =>
  verdict("stalls", [asks(0, "a1"), asks(0, "b1"), ...events, end(1000)], { idleMs: 50 });

describe("a name that somebody waits for", () => {
  it("is not left free", () => {
    const waits = [quiet(5), server(10, [holds("c1", 100, 1)], ["a1"])];
    expect(check(...waits, server(150, [holds("a1", 200, 2)]))).toEqual([]);
    expect(check(...waits, server(160, [holds("a1", 200, 2)]))).toEqual([
      '"x" was free from 100 until 160 while op a1 (client a) waited for it',
    ]);
    expect(check(...waits)).toHaveLength(1);
  });

  it("is as free as it was when others queue behind", () => {
    const waits = [quiet(5), server(10, [], ["a1"]), server(50, [], ["a1", "b1"])];
    expect(check(...waits, server(70, [holds("a1", 90, 1)], ["b1"]), server(91, []))).toHaveLength(1);
  });

  it("is not free for what does not fit", () => {
    const wide = [asks(0, "w1", { capacity: 3, weight: 3 }), quiet(5)];
    const state = (until: number) => server(10, [holds("c1", until, 1)], ["w1"], { capacity: 3 });
    expect(check(...wide, state(990))).toEqual([]);
    expect(check(...wide, state(900))).toHaveLength(1);
  });

  it.each<[string, HistoryEvent[]]>([
    ["before it is quiet", [server(10, [], ["a1"]), quiet(970)]],
    [
      "when those who wait are dead",
      [quiet(5), fault(6, "client", { client: "a", until: 2000 }), server(10, [], ["a1"])],
    ],
    ["when those who wait gave up", [quiet(5), failed(6, "a1"), server(10, [], ["a1"])]],
    ["when those who wait had it already", [quiet(5), granted(6, "a1", 9), server(10, [], ["a1"])]],
  ])("may be free %s", (_, events) => {
    expect(check(...events)).toEqual([]);
  });

  it("is not left free because the first in line is dead", () => {
    const dead = fault(6, "client", { client: "a", until: 2000 });
    expect(check(quiet(5), dead, server(10, [], ["a1", "b1"]))).toHaveLength(1);
  });
});

describe("where every fault is known", () => {
  const calm = (...events: HistoryEvent[]) =>
    verdict("stalls", [asks(0, "a1"), ...events, end(1000)], { promptMs: 10, aftermathMs: 100 });
  const waits = server(200, [holds("c1", 400, 1)], ["a1"]);

  it("the first in line notices that the name is free", () => {
    expect(calm(waits, server(490, [holds("a1", 600, 2)]))).toEqual([]);
    expect(calm(waits, server(510, [holds("a1", 600, 2)]))).toEqual([
      '"x" was free from 400 until 510, and op a1 was the first in line and did not notice',
    ]);
  });

  it("unless something happened to it, or it hears nothing", () => {
    const late = server(510, [holds("a1", 600, 2)]);
    expect(calm(fault(110, "nothing", { client: "a" }), waits, late)).toEqual([]);
    expect(calm(fault(90, "nothing", { client: "a" }), waits, late)).toHaveLength(1);
    expect(calm(waits, fault(300, "listening", { client: "a", until: 900 }), late)).toEqual([]);
    expect(calm(waits, fault(300, "nothing", { client: "b" }), late)).toHaveLength(1);
  });

  it("is not free while it is closed", () => {
    const closed = server(200, [], ["a1"], { closedUntil: 450 });
    expect(calm(closed, server(540, [holds("a1", 600, 2)]))).toEqual([]);
    expect(calm(closed, server(560, [holds("a1", 600, 2)]))).toHaveLength(1);
  });
});
