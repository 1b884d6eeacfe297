import { describe, expect, it } from "vitest";
import type { HistoryEvent, Operation, ServerHolder } from "../events.ts";
import { linearizable } from "../linearizable/linearizable.ts";
import {
  asks,
  converted,
  converting,
  end,
  failed,
  fault,
  granted,
  holds,
  refused,
  released,
  releasing,
  server,
  writes,
} from "../test-support/hand-made.ts";
import { verdict } from "../test-support/verdict.ts";

const ALL = 100;
const reader = (at: number, op: Operation) => asks(at, op, { capacity: ALL, weight: 1 });
const writer = (at: number, op: Operation) => asks(at, op, { capacity: ALL, weight: ALL });
const state = (at: number, ...holders: ServerHolder[]) => server(at, holders, [], { capacity: ALL });
const reads = (op: Operation, fence: number) => holds(op, 900, fence);
const holdsAll = (op: Operation, fence: number) => holds(op, 900, fence, { weight: ALL });
const check = (promise: string, ...events: HistoryEvent[]) => verdict(promise, [...events, end(1000)]);
const EVERY = [
  "exclusion",
  "capacity",
  "agreement",
  "fences",
  "once",
  "conversions",
  "answers",
  "claims",
  "loss",
];
const clean = (...events: HistoryEvent[]) => EVERY.flatMap((promise) => check(promise, ...events));

/** A writer that becomes a reader, beside which another is let in. */
const downgrade = [
  writer(0, "a1"),
  state(5, holdsAll("a1", 1)),
  granted(10, "a1", 800, 1),
  reader(15, "b1"),
  converting(20, "a1", 1),
  state(25, reads("a1", 2), reads("b1", 3)),
  granted(28, "b1", 800, 3),
  converted(30, "a1", 2),
  releasing(60, "b1"),
  state(65, reads("a1", 2)),
  released(70, "b1"),
];

/** A reader that becomes the writer, and somebody who is turned away because of it. */
const upgrade = [
  reader(0, "a1"),
  state(5, reads("a1", 1)),
  granted(10, "a1", 800, 1),
  converting(20, "a1", ALL),
  state(25, holdsAll("a1", 2)),
  converted(30, "a1", 2),
];

const letGo = [releasing(100, "a1"), state(105), released(110, "a1")];

describe("a lease that is converted", () => {
  it("may be, to less and to more", () => {
    expect(clean(...downgrade, ...letGo)).toEqual([]);
    expect(clean(...upgrade, ...letGo)).toEqual([]);
    expect(
      clean(
        ...downgrade,
        converting(75, "a1", ALL),
        state(78, holdsAll("a1", 9)),
        converted(80, "a1", 9),
        ...letGo,
      ),
    ).toEqual([]);
  });

  it("is converted on the server only when it was asked for, once each time", () => {
    expect(check("conversions", ...downgrade.filter(({ type }) => type !== "converting"))).toEqual([
      'the server gave op a1 (client a) a weight of 1 of "x" at 25, for which it had not asked',
    ]);
    const back = [converting(75, "a1", ALL), state(78, holdsAll("a1", 9)), converted(80, "a1", 9)];
    expect(check("conversions", ...downgrade, ...back, state(90, reads("a1", 10)))).toEqual([
      'the server gave op a1 (client a) a weight of 1 of "x" at 90, for which it had not asked again',
    ]);
  });

  it("is refused it only beside others", () => {
    const asked = [
      reader(0, "a1"),
      state(5, reads("a1", 1)),
      granted(10, "a1", 800, 1),
      converting(20, "a1", ALL),
    ];
    const beside = state(15, reads("a1", 1), reads("b1", 2));
    expect(check("conversions", ...asked, refused(30, "a1"))).toEqual([
      'op a1 (client a) was refused another weight of "x" at 30, though nobody else held it from 20 on',
    ]);
    const [first, second, third, last] = asked as [HistoryEvent, HistoryEvent, HistoryEvent, HistoryEvent];
    expect(check("conversions", first, second, third, beside, last, refused(30, "a1"))).toEqual([]);
    expect(check("conversions", ...asked, { ...beside, at: 25 }, refused(30, "a1"))).toEqual([]);
    expect(check("conversions", ...asked, fault(25, "exclusion"), refused(30, "a1"))).toEqual([]);
  });
});

describe("what a holder relies on", () => {
  it("is the smaller weight from the moment it asks for that, and the greater one once it is told", () => {
    // Granted beside the writer before that asked to be a reader.
    expect(
      check(
        "exclusion",
        writer(0, "a1"),
        granted(10, "a1", 800),
        reader(11, "b1"),
        granted(15, "b1", 700),
        converting(20, "a1", 1),
      ),
    ).toHaveLength(1);
    const besides = [
      reader(0, "a1"),
      reader(0, "b1"),
      granted(10, "a1", 800),
      granted(15, "b1", 700),
      converting(20, "a1", ALL),
    ];
    expect(check("exclusion", ...besides, refused(30, "a1"))).toEqual([]);
    expect(check("exclusion", ...besides, converted(30, "a1"))).toEqual([
      'op a1 (client a) relied on "x" from 30 until 800 while op b1 (client b) did until 700',
    ]);
  });

  it("is what the server holds, with its weight and its fence", () => {
    const told = upgrade.filter((event) => event.type !== "server" || event.at < 20);
    expect(check("agreement", ...told)).toEqual([
      'op a1 (client a) relied on "x" from 30 until 800, but the server did not hold it',
      'op a1 (client a) was told fence 2 for "x", which the server did not give it',
    ]);
    const gap = downgrade.flatMap((event) =>
      event.type === "server" && event.at === 25 ? [state(22), { ...event, at: 26 }] : [event],
    );
    expect(check("agreement", ...gap)).toEqual([
      'op a1 (client a) relied on "x" from 20 until 800, but the server let it go at 22',
    ]);
  });
});

describe("the fence of a lease that is converted", () => {
  it("rises when it becomes more, as the server and as clients see it", () => {
    const same = upgrade.map((event) =>
      event.type === "converted"
        ? converted(30, "a1", 1)
        : event.type === "server" && event.at === 25
          ? state(25, holdsAll("a1", 1))
          : event,
    );
    expect(check("fences", ...same)).toEqual([
      'the server gave op a1 (client a) more of "x" under fence 1, which it had before',
      'the lock gave op a1 (client a) fence 1 of "x" after fence 1 to op a1 (client a)',
    ]);
    const other = [reader(0, "b1"), granted(3, "b1", 50, 7), releasing(4, "b1")];
    expect(check("fences", ...other, ...upgrade.filter(({ type }) => type !== "server"))).toHaveLength(2);
  });

  it("may be as it was when it becomes less", () => {
    const same = downgrade.map((event) => (event.type === "converted" ? converted(30, "a1", 1) : event));
    expect(check("fences", ...same.filter(({ type }) => type !== "server"))).toEqual([]);
  });

  it("goes with writes of the weight that it has", () => {
    expect(check("effects", ...upgrade, writes(40, "a1", 2), writes(41, "b1", 1))).toHaveLength(1);
    expect(check("effects", ...downgrade, writes(40, "b1", 3), writes(41, "a1", 2))).toEqual([]);
  });
});

describe("that leases are converted", () => {
  it("can be explained to who looks at clients alone", () => {
    const seen = (events: readonly HistoryEvent[]) =>
      linearizable(events.filter(({ type }) => type !== "server"));
    const turnedAway = [asks(40, "b1", { capacity: ALL, weight: 1, waits: false }), failed(50, "b1")];
    expect(seen(downgrade)).toMatchObject({ verdict: "linearizable" });
    expect(seen([...upgrade, ...turnedAway])).toMatchObject({ verdict: "linearizable" });
    expect(seen([...upgrade.slice(0, 3), ...turnedAway])).toMatchObject({ verdict: "not linearizable" });
  });
});
