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

/** A moment of a run in which the SDK's memory grows by this much in an hour. */
function moment(minutes: number, heapPerHour: number, rssPerHour = 0): Sample {
  return {
    minutes,
    processes: {
      "sdk-1": {
        rss: 100 * MB + (rssPerHour * minutes) / 60,
        cpuSeconds: 0,
        heapUsed: 10 * MB + (heapPerHour * minutes) / 120,
        external: 5 * MB + (heapPerHour * minutes) / 120,
      },
      http: { rss: 100 * MB + 50 * MB * minutes, cpuSeconds: 0 },
    },
    engine: { keys: 0, usedMemory: MB, connections: 1, streams: 0, scripts: 1 },
    cycles: {},
    errors: {},
    events: {},
    visits: 0,
    violations: 0,
    loadAverage: 1,
  };
}

function judged(minutes: number, heapPerHour: number, rssPerHour = 0, rssAtRest = 0): JudgedTrend[] {
  const samples = Array.from({ length: minutes + 1 }, (_, minute) => moment(minute, heapPerHour, rssPerHour));
  return trends(samples, moment(minutes, 0, (rssAtRest * 60) / minutes));
}

const verdicts = (found: readonly JudgedTrend[]) =>
  found.map(({ process, metric, verdict, counts }) => [process, metric, verdict, counts]);

it("fails for memory that grows, in a process that is this project's", () => {
  expect(wrongs({ ...right, trends: judged(20, 0) })).toEqual([]);
  expect(wrongs({ ...right, trends: judged(20, 4 * MB) })).toEqual([
    "all SDK processes, mean: heap grows by 4.0 ± 0.0 MB an hour",
    "sdk-1: heap grows by 4.0 ± 0.0 MB an hour",
  ]);
  expect(verdicts(judged(20, 0))).toEqual([
    ["all SDK processes, mean", "heap", "flat", true],
    ["sdk-1", "heap", "flat", true],
    ["sdk-1", "RSS", "flat", true],
    ["http", "RSS", "growing", false],
    ["engine", "used memory", "flat", true],
  ]);
});

it("does not fail for resident memory that is given back at rest", () => {
  const rss = (rssAtRest: number) => verdicts(judged(20, 0, 60 * MB, rssAtRest))[2];
  expect(rss(20 * MB)).toEqual(["sdk-1", "RSS", "growing", true]);
  expect(rss(5 * MB)).toEqual(["sdk-1", "RSS", "given back", true]);
});

it("does not judge a run that had no time to settle", () => {
  expect(judged(2 * SETTLED_AFTER_MINUTES - 1, 100 * MB)).toEqual([]);
  expect(judged(2 * SETTLED_AFTER_MINUTES, 100 * MB)).not.toEqual([]);
});
