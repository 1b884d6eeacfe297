import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import { asks, failed, fault, granted, holds, server } from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const held = [holds("a1", 100, 1)];
const asked = ["a1", "b1", "c1", "d1"].map((op) => asks(0, op));
const check = (...events: HistoryEvent[]) => verdict("queue", [...asked, ...events]);

describe("the queue by the server's states", () => {
  it("lets in from the front, one or several", () => {
    const states = [
      server(10, held, ["b1", "c1", "d1"]),
      server(20, [holds("b1", 100, 2)], ["c1", "d1"]),
      server(30, [holds("c1", 100, 3), holds("d1", 100, 4)], [], { capacity: 2 }),
    ];
    expect(check(...states)).toEqual([]);
  });

  it("lets nobody in past somebody who waits", () => {
    expect(check(server(10, held, ["b1", "c1"]), server(20, [holds("c1", 100, 2)], ["b1"]))).toEqual([
      'op c1 (client c) was let in to "x" at 20 past op b1 (client b), which had waited before it',
    ]);
    expect(check(server(10, held, ["b1"]), server(20, [holds("d1", 100, 2)], ["b1"]))).toHaveLength(1);
  });

  it("lets in past others who is not fair", () => {
    const events = [
      asks(0, "u1", { fair: false }),
      server(10, held, ["b1", "u1"]),
      server(20, [holds("u1", 100, 2)], ["b1"]),
    ];
    expect(check(...events)).toEqual([]);
  });

  it("lets in past one who has given up and asks late once more", () => {
    const again = (waitMs: number) =>
      verdict("queue", [
        asks(0, "b1", { waitMs }),
        asks(0, "c1"),
        server(10, held, ["b1", "c1"]),
        server(60, [holds("c1", 100, 2)], ["b1"]),
        failed(80, "b1"),
      ]);
    expect(again(50)).toEqual([]);
    expect(again(90)).toHaveLength(1);
  });

  it("keeps its order", () => {
    expect(check(server(10, held, ["b1", "c1", "d1"]), server(20, held, ["b1", "d1", "c1"]))).toEqual([
      'op c1 (client c) fell behind others in the queue of "x" at 20',
    ]);
    expect(check(server(10, held, ["b1", "c1"]), server(20, held, ["b1", "d1", "c1"]))).toEqual([
      'op d1 (client d) came ahead of others into the queue of "x" at 20',
    ]);
  });

  it("tells the tries of one operation apart", () => {
    const again = (before: string, after: string) =>
      check(
        server(10, held, [], { queue: [{ op: "b1", attempt: before }, { op: "c1" }] }),
        server(20, held, [], { queue: [{ op: "c1" }, { op: "b1", attempt: after }] }),
      );
    expect(again("1", "1")).toEqual(['op b1 (client b) fell behind others in the queue of "x" at 20']);
    expect(again("1", "2")).toEqual([
      'op b1 (client b) was not let in and lost its place in the queue of "x" at 20',
    ]);
  });

  describe("loses nobody", () => {
    const vanishes = (...more: HistoryEvent[]) => {
      const events = [...asked, server(10, held, ["b1", "c1"]), server(50, held, ["c1"]), ...more];
      return verdict(
        "queue",
        events.sort((a, b) => a.at - b.at),
      );
    };

    it("who waits", () => {
      expect(vanishes()).toEqual([
        'op b1 (client b) was not let in and lost its place in the queue of "x" at 50',
      ]);
    });

    it.each<[string, HistoryEvent[]]>([
      ["who ended", [failed(40, "b1")]],
      ["who ended, which the server may learn first", [failed(60, "b1")]],
      ["whose client is frozen", [fault(30, "client", { until: 90, client: "b" })]],
      ["while places are lost", [fault(50, "order")]],
      ["that was lost", [fault(50, "exclusion")]],
    ])("but those %s", (_, more) => {
      expect(vanishes(...more)).toEqual([]);
    });

    it.each<[string, HistoryEvent[]]>([
      ["another one ended", [failed(40, "c1")]],
      ["another one's client is frozen", [fault(30, "client", { until: 90, client: "c" })]],
      ["messages are lost", [fault(30, "nothing", { client: "b" })]],
      ["it is granted after all", [granted(60, "b1", 90, 2)]],
    ])("because %s", (_, more) => {
      expect(vanishes(...more)).toHaveLength(1);
    });

    it("before its wait is over", () => {
      const ends = (waitMs: number) =>
        verdict("queue", [
          asks(0, "b1", { waitMs }),
          server(10, held, ["b1"]),
          server(50, held),
          failed(60, "b1"),
        ]);
      expect(ends(50)).toEqual([]);
      expect(ends(70)).toHaveLength(1);
    });
  });
});
