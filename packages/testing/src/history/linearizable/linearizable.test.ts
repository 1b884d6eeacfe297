import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../events.ts";
import {
  asks,
  failed,
  fault,
  granted,
  lost,
  released,
  releasing,
  unknown,
} from "../test-support/hand-made.ts";
import { type LinearizableOptions, linearizable } from "./linearizable.ts";
import { type LockModel, mutexModel, semaphoreModel } from "./model.ts";

const verdict = (events: readonly HistoryEvent[], model?: LockModel, options?: LinearizableOptions) =>
  linearizable(
    [...events].sort((a, b) => a.at - b.at),
    model,
    options,
  ).verdict;
const no = "not linearizable";
const yes = "linearizable";
const tries = { waits: false };

describe("a mutex", () => {
  const first = [asks(0, "a1"), granted(10, "a1", 100), releasing(50, "a1"), released(60, "a1")];

  it("passes from one to the next", () => {
    expect(verdict([...first, asks(20, "b1"), granted(50, "b1", 150)])).toBe(yes);
  });

  it("is not with two at a time, and says who could not have it", () => {
    expect(
      linearizable([...first.slice(0, 2), asks(20, "b1"), granted(49, "b1", 150), ...first.slice(2)]),
    ).toMatchObject({
      verdict: no,
      name: "x",
      at: 49,
      ops: ["b1", "a1"],
      text: 'op b1 (client b) cannot have been granted "x" at any moment from 20 until 49: op a1 (client a) held it',
    });
  });

  it.each<[string, HistoryEvent[]]>([
    ["it runs out", [granted(10, "a1", 50)]],
    ["it is lost", [granted(10, "a1", 100), lost(50, "a1")]],
    ["its release is asked for and never answered", [granted(10, "a1", 100), releasing(50, "a1")]],
    [
      "its release is of unknown outcome",
      [granted(10, "a1", 100), releasing(50, "a1"), released(55, "a1", "unknown")],
    ],
    ["the server loses it", [granted(10, "a1", 100), fault(50, "exclusion")]],
  ])("passes on, not before %s", (_, events) => {
    expect(verdict([asks(0, "a1"), ...events, asks(20, "b1"), granted(50, "b1", 150)])).toBe(yes);
    expect(verdict([asks(0, "a1"), ...events, asks(20, "b1"), granted(49, "b1", 150)])).toBe(no);
  });

  it("need not pass on what was not released for certain", () => {
    const refused = [asks(70, "b1", tries), failed(80, "b1")];
    expect(verdict([asks(0, "a1"), granted(10, "a1", 50), ...refused])).toBe(yes);
    expect(verdict([...first, ...refused])).toBe(no);
  });

  describe("refuses who does not wait", () => {
    const refused = [asks(20, "b1", tries), failed(30, "b1")];

    it("while it is held", () => {
      expect(verdict([...first, ...refused])).toBe(yes);
    });

    it("not when it is free", () => {
      const events = [...refused, asks(40, "a1"), granted(50, "a1", 90)];
      expect(linearizable(events)).toMatchObject({
        verdict: no,
        at: 30,
        ops: ["b1"],
        text: 'op b1 (client b) was refused "x", which would have fitted at any moment from 20 until 30, and nobody waited',
      });
    });

    it.each<[string, HistoryEvent[]]>([
      ["somebody who is granted later waits", [asks(25, "a1"), granted(50, "a1", 90)]],
      ["somebody who gives up waits", [asks(5, "a1"), failed(25, "a1")]],
      ["somebody's place may have been left behind", [asks(0, "a1"), failed(10, "a1")]],
      ["somebody may have it, who does not know", [asks(0, "a1", tries), unknown(10, "a1")]],
      ["somebody may have it, who has not heard", [asks(0, "a1", tries)]],
      ["a grant is on its way", [asks(25, "a1", tries), granted(50, "a1", 90)]],
      ["the server forgot who holds it", [fault(10, "exclusion")]],
    ])("when %s", (_, events) => {
      expect(verdict([...events, ...refused])).toBe(yes);
    });

    it("not for ever for what was left behind, if that has an end", () => {
      const events = [asks(0, "a1"), failed(10, "a1"), ...refused];
      expect(verdict(events, {}, { lingerMs: 11 })).toBe(yes);
      expect(verdict(events, {}, { lingerMs: 9 })).toBe(no);
    });

    it("for one thing left behind once, not again after somebody else had it", () => {
      const ghost = [asks(0, "g1", tries), unknown(5, "g1")];
      const between = [asks(40, "a1"), granted(41, "a1", 90), releasing(50, "a1"), released(51, "a1")];
      const again = [asks(60, "c1", tries), failed(70, "c1")];
      expect(verdict([...ghost, ...refused, ...between])).toBe(yes);
      expect(verdict([...ghost, ...between, ...again])).toBe(yes);
      expect(verdict([...ghost, ...refused, ...between, ...again])).toBe(no);
      expect(verdict([...ghost, asks(0, "h1", tries), ...refused, ...between, ...again])).toBe(yes);
    });
  });
});

describe("a semaphore", () => {
  const permits = (weight: number, more = {}) => ({ capacity: 3, weight, ...more });

  it("grants what fits beside the others", () => {
    const events = (weight: number) => [
      asks(0, "a1", permits(2)),
      granted(10, "a1", 100),
      asks(20, "b1", permits(weight)),
      granted(30, "b1", 130),
    ];
    expect(verdict(events(1))).toBe(yes);
    expect(verdict(events(2))).toBe(no);
  });

  it("is asked for by a model instead of by the operations", () => {
    const events = [asks(0, "a1"), granted(10, "a1", 100), asks(20, "b1"), granted(30, "b1", 130)];
    expect(verdict(events)).toBe(no);
    expect(verdict(events, semaphoreModel(2))).toBe(yes);
    expect(verdict(events, mutexModel)).toBe(no);
  });

  it("makes room by those leases that may be over", () => {
    // Either of the two expired leases has to be over for the first of these, and both for the second.
    const expired = [
      asks(0, "a1", permits(1)),
      granted(1, "a1", 10),
      asks(0, "b1", permits(2)),
      granted(1, "b1", 10),
    ];
    const next = (op: string, at: number, weight: number) => [
      asks(at, op, permits(weight)),
      granted(at + 1, op, 100),
    ];
    expect(verdict([...expired, ...next("c1", 20, 1), ...next("d1", 30, 2)])).toBe(yes);
    expect(verdict([...expired, ...next("c1", 20, 2), ...next("d1", 30, 2)])).toBe(no);
  });

  it("refuses by a grant that is on its way, before room is made", () => {
    // The refusal of c1 is right only while a1 holds and b1, whose answer comes late, does so too.
    const events = (freed: number) => [
      asks(0, "a1", permits(2)),
      granted(1, "a1", 100),
      asks(2, "b1", permits(1, tries)),
      asks(3, "c1", permits(1, tries)),
      releasing(freed, "a1"),
      released(freed + 1, "a1"),
      failed(20, "c1"),
      granted(30, "b1", 100),
    ];
    expect(verdict(events(5))).toBe(yes);
    expect(verdict(events(1.5))).toBe(no);
  });
});

describe("a read/write lock", () => {
  const read = { capacity: Number.POSITIVE_INFINITY, weight: 1 };
  const write = { capacity: Number.POSITIVE_INFINITY, weight: Number.POSITIVE_INFINITY };

  it("has many readers or one writer", () => {
    const readers = [
      asks(0, "a1", read),
      granted(10, "a1", 100),
      asks(0, "b1", read),
      granted(10, "b1", 100),
    ];
    expect(verdict([...readers, asks(20, "c1", read), granted(30, "c1", 130)])).toBe(yes);
    expect(verdict([...readers, asks(20, "c1", write), granted(30, "c1", 130)])).toBe(no);
    expect(verdict([...readers, asks(20, "c1", write), granted(100, "c1", 130)])).toBe(yes);
  });
});

describe("several names", () => {
  it("are looked at one by one, and the first trouble is told", () => {
    const trouble = (name: string, at: number) => [
      asks(at, `a${name}`, { names: [name] }),
      granted(at + 1, `a${name}`, 500),
      asks(at, `b${name}`, { names: [name] }),
      granted(at + 2, `b${name}`, 500),
    ];
    const events = [...trouble("y", 20), ...trouble("x", 10)].sort((a, b) => a.at - b.at);
    expect(linearizable(events)).toMatchObject({ verdict: no, name: "x", at: 12 });
  });

  it("are refused together when one of them is held", () => {
    const held = [asks(0, "a1", { names: ["y"] }), granted(1, "a1", 500)];
    const refused = [asks(10, "b1", { names: ["x", "y"], waits: false }), failed(20, "b1")];
    expect(verdict([...held, ...refused])).toBe(yes);
  });

  it("are in nobody's way under another name", () => {
    expect(
      verdict([asks(0, "a1"), granted(1, "a1", 500), asks(0, "b1", { names: ["y"] }), granted(1, "b1", 500)]),
    ).toBe(yes);
  });
});

describe("a search that takes too long", () => {
  const events = [asks(0, "a1"), granted(10, "a1", 100), asks(0, "b1"), granted(120, "b1", 200)];

  it("says so", () => {
    expect(verdict(events, {}, { maxSteps: 2 })).toBe("undecided");
    expect(verdict(events, {}, { maxSteps: 20 })).toBe(yes);
  });
});
