import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, fault, holds, server, unknown, withdrawn } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const check = (...events: HistoryEvent[]) =>
  verdict("withdrawals", [asks(0, "a1"), asks(0, "b1"), unknown(10, "a1"), ...events]);

describe("what was withdrawn", () => {
  it("holds and waits for nothing from then on", () => {
    expect(
      check(server(5, [holds("a1", 100, 1)]), server(20, []), withdrawn(20, "a1"), server(30, [], ["b1"])),
    ).toEqual([]);
  });

  it("is not there when the withdrawal was carried out", () => {
    expect(check(server(5, [holds("a1", 100, 1)]), withdrawn(20, "a1"), server(30, []))).toEqual([
      'op a1 (client a) was withdrawn from "x" at 20, and holds it at 20',
    ]);
    expect(check(server(5, [holds("b1", 100, 1)], ["a1"]), withdrawn(20, "a1"))).toEqual([
      'op a1 (client a) was withdrawn from "x" at 20, and waits for it at 20',
    ]);
  });

  it("does not come back with a request that arrives late", () => {
    expect(check(withdrawn(20, "a1"), server(30, [holds("a1", 100, 1)]))).toEqual([
      'op a1 (client a) was withdrawn from "x" at 20, and holds it at 30',
    ]);
  });

  it("may come back when the server has lost what it knew", () => {
    expect(check(withdrawn(20, "a1"), fault(25, "exclusion"), server(30, [holds("a1", 100, 1)]))).toEqual([]);
  });

  it("is one try of an operation, and another one may follow", () => {
    const first = { ...withdrawn(20, "a1"), attempt: "1" } as HistoryEvent;
    expect(check(first, server(30, [holds("a1", 100, 1, { attempt: "2" })]))).toEqual([]);
    expect(check(first, server(30, [holds("a1", 100, 1, { attempt: "1" })]))).toHaveLength(1);
  });
});
