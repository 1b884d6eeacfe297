import { expect, it } from "vitest";
import type { JudgedTrend } from "./judgement.ts";
import { SETTLED_AFTER_MINUTES, trends } from "./judgement.ts";
import type { Sample } from "./sample.ts";
import { type Findings, wrongs } from "./wrongs.ts";

const MB = 1_048_576;
const right: Findings = {
  trends: [],
  rest: {
    unfinished: [],
    busy: {},
    restedAfterMs: 5000,
    streams: 0,
    lifetimes: { keys: 12, longestMs: 60_000, endless: [] },
    keysLeft: 0,
    emptyAfterMs: 61_000,
  },
  exclusion: { violations: 0, examples: [] },
  told: [{ unexpected: [], errors: { timeout: 3, unavailable: 1 }, taken: [] }],
  cycles: 100,
};

it("finds nothing wrong with a run that was right", () => {
  expect(wrongs(right)).toEqual([]);
});

it.each<[string, Partial<Findings>, RegExp]>([
  ["nothing was done", { cycles: 0 }, /no lock cycle/],
  [
    "two were inside",
    { exclusion: { violations: 1, examples: ["2 of 1 inside"] } },
    /exclusion was violated/,
  ],
  [
    "a cycle failed",
    { told: [{ unexpected: ["mutex: TypeError"], errors: { unexpected: 1 }, taken: [] }] },
    /no fault explains/,
  ],
  ["a lease was taken", { told: [{ unexpected: [], errors: {}, taken: ["name"] }] }, /taken away/],
  ["a wait never ended", { rest: { ...right.rest, unfinished: ["mutex"] } }, /never ended: mutex/],
  [
    "a timer is left",
    { rest: { ...right.rest, busy: { "sdk-1": { timers: 1, resources: {} } } } },
    /sdk-1 did not come to rest: 1 timers/,
  ],
  ["a stream is left", { rest: { ...right.rest, streams: 1 } }, /1 event streams/],
  [
    "a key has no end",
    { rest: { ...right.rest, lifetimes: { keys: 1, longestMs: 0, endless: ["k"] } } },
    /k$/,
  ],
  ["a key is left", { rest: { ...right.rest, keysLeft: 1 } }, /1 keys are left/],
])("says when %s", (_, found, text) => {
  expect(wrongs({ ...right, ...found }).join("\n")).toMatch(text);
});

/** A run whose SDK heap grows by this much in an hour. */
function run(minutes: number, heapPerHour: number): Sample[] {
  return Array.from({ length: minutes + 1 }, (_, minute) => ({
    minutes: minute,
    processes: {
      "sdk-1": { rss: 100 * MB, cpuSeconds: 0, heapUsed: 15 * MB + (heapPerHour * minute) / 60 },
      http: { rss: 100 * MB + 50 * MB * minute, cpuSeconds: 0 },
    },
    engine: { keys: 0, usedMemory: MB, connections: 1, streams: 0, scripts: 1 },
    cycles: {},
    errors: {},
    events: {},
    visits: 0,
    violations: 0,
    loadAverage: 1,
  }));
}

it("fails for memory that grows, in a process that is this project's", () => {
  const found = (heapPerHour: number) => wrongs({ ...right, trends: trends(run(20, heapPerHour)) });
  expect(found(0)).toEqual([]);
  expect(found(4 * MB)).toEqual(["sdk-1: heap grows by 4.0 ± 0.0 MB an hour"]);
  const verdicts = ({ process, metric, verdict, counts }: JudgedTrend) => [process, metric, verdict, counts];
  expect(trends(run(20, 0)).map(verdicts)).toEqual([
    ["sdk-1", "heap", "flat", true],
    ["sdk-1", "RSS", "flat", true],
    ["http", "RSS", "growing", false],
    ["engine", "used memory", "flat", true],
  ]);
});

it("does not judge a run that had no time to settle", () => {
  expect(trends(run(2 * SETTLED_AFTER_MINUTES - 1, 100 * MB))).toEqual([]);
  expect(trends(run(2 * SETTLED_AFTER_MINUTES, 100 * MB))).not.toEqual([]);
});
