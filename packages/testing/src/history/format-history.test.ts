import { describe, expect, it } from "vitest";
import { formatHistory } from "./format-history.ts";
import {
  asks,
  end,
  extended,
  failed,
  fault,
  granted,
  holds,
  lost,
  queued,
  quiet,
  released,
  releasing,
  server,
  writes,
} from "./test-support/hand-made.ts";

const history = [
  asks(0, "a1"),
  asks(1, "b12", { weight: 2, capacity: 3, waits: false, fair: false }),
  server(2, [holds("a1", 102, 7)]),
  granted(3.25, "a1", 99.5, 7),
  server(4, [holds("a1", 102, 7)], ["c1"]),
  failed(4, "b12"),
  queued(5, "c1"),
  fault(10, "client", { client: "a", until: 60, what: "freeze" }),
  extended(61, "a1", 99),
  writes(62, "a1", 7),
  lost(99, "a1"),
  server(103, [holds("a1", 102, 7)]),
  releasing(104, "a1"),
  released(105, "a1", "expired"),
  quiet(110),
  end(200),
];

describe("a history for people", () => {
  it("has a line for each event", () => {
    expect(formatHistory(history).split("\n")).toEqual([
      '  0.000  a       a1   asks for "x"',
      '  1.000  b       b12  asks for "x" 2 of 3, without waiting, past the queue',
      '  2.000  server       "x" a1 #7 until 102',
      "  3.250  a       a1   granted until 99.5 #7",
      '  4.000  server       "x" a1 #7 until 102; queue: c1',
      "  4.000  b       b12  failed",
      "  5.000  queued  c1   has a place in the queue",
      " 10.000  a            !! freeze until 60 (breaks client)",
      " 61.000  a       a1   extended until 99",
      ' 62.000  a       a1   writes to "x" with #7: taken',
      " 99.000  a       a1   lost",
      '103.000  server       "x" a1 #7 run out',
      "104.000  a       a1   releasing",
      "105.000  a       a1   release answered: expired",
      "110.000  quiet        no more faults",
      "200.000  end          the end, 0 keys left",
    ]);
  });

  it("is cut out by operations, with the states that changed something for them", () => {
    expect(formatHistory(history, { ops: ["c1"] }).split("\n")).toEqual([
      '  4.000  server      "x" a1 #7 until 102; queue: c1',
      "  5.000  queued  c1  has a place in the queue",
      " 10.000  a           !! freeze until 60 (breaks client)",
      "110.000  quiet       no more faults",
      "200.000  end         the end, 0 keys left",
    ]);
    const states = formatHistory(history, { ops: ["a1"] })
      .split("\n")
      .filter((line) => line.includes("server"));
    expect(states).toEqual(['  2.000  server      "x" a1 #7 until 102']);
  });

  it("is cut out by time", () => {
    expect(formatHistory(history, { from: 99, to: 103 })).toBe(
      ' 99.000  a       a1  lost\n103.000  server      "x" a1 #7 run out',
    );
    expect(formatHistory([])).toBe("");
  });
});
