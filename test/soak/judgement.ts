import type { Sample } from "./sample.ts";
import { type Trend, type Verdict as TrendVerdict, trend } from "./trend.ts";

/** `given back`: it grew, and at rest it was no more than when the run had settled. */
type Verdict = TrendVerdict | "given back";

/** How one figure of one process went over the second half of the run. */
export interface JudgedTrend extends Omit<Trend, "verdict"> {
  readonly process: string;
  readonly metric: Metric;
  /** Bytes per hour. */
  readonly tolerated: number;
  /** False for what says nothing of this project: it is shown, and nothing comes of it. */
  readonly counts: boolean;
  readonly verdict: Verdict;
}

/** `heap`: what JavaScript keeps after a collection, buffers outside the heap included. */
type Metric = "heap" | "RSS" | "used memory";

type Read = (sample: Sample) => number | undefined;

const MB = 1_048_576;
/** What is left after a collection is what somebody holds on to. */
const HEAP_TOLERATED = MB;
/** Resident memory follows the collector, which takes more as long as nobody needs it. */
const RSS_TOLERATED = 10 * MB;
/** Until then keys, code and caches still come up to what they need. */
export const SETTLED_AFTER_MINUTES = 5;

/**
 * Not held against the project: wrangler and the HTTP clients; resident memory of the local workerd, which grows with
 * every request even if the worker is a single line; resident memory of the engine's process, which nobody can make
 * collect. The heap of the worker's own isolate and the memory that the engine accounts for do count (docs/soak.md).
 */
const FOREIGN = /^(wrangler.*|http) |^(workerd|engine) RSS$/;
const SDK = /^sdk-/;

/** Over the second half of the run; nothing for a run whose first half is too short for everything to settle. */
export function trends(samples: readonly Sample[], atRest: Sample): JudgedTrend[] {
  const end = samples.at(-1)?.minutes ?? 0;
  if (end / 2 < SETTLED_AFTER_MINUTES) return [];
  const late = samples.filter(({ minutes }) => minutes >= end / 2);
  const settled = samples.find(({ minutes }) => minutes >= SETTLED_AFTER_MINUTES);

  const judge = (process: string, metric: Metric, tolerated: number, read: Read): JudgedTrend[] => {
    const points = late.flatMap((sample) => {
      const value = read(sample);
      return value === undefined ? [] : [{ hours: sample.minutes / 60, value }];
    });
    if (points.length === 0) return [];
    const { verdict, ...line } = trend(points, tolerated);
    const slack = verdict === "growing" && metric === "RSS" && settled && least(read, atRest, settled);
    return [
      {
        process,
        metric,
        tolerated,
        counts: !FOREIGN.test(`${process} ${metric}`),
        ...line,
        verdict: slack ? "given back" : verdict,
      },
    ];
  };
  const names = Object.keys(late[0]?.processes ?? {});
  return [
    ...judge("all SDK processes, mean", "heap", HEAP_TOLERATED, (sample) => {
      const sdk = names.filter((name) => SDK.test(name));
      return sdk.reduce((sum, name) => sum + (heap(name)(sample) ?? 0), 0) / sdk.length;
    }),
    ...names.flatMap((name) => [
      ...judge(name, "heap", HEAP_TOLERATED, heap(name)),
      ...judge(name, "RSS", RSS_TOLERATED, ({ processes }) => processes[name]?.rss),
    ]),
    ...judge("engine", "used memory", HEAP_TOLERATED, ({ engine }) => engine.usedMemory),
  ];
}

function heap(name: string): Read {
  return ({ processes }) => {
    const { heapUsed, external = 0 } = processes[name] ?? {};
    return heapUsed === undefined ? undefined : heapUsed + external;
  };
}

function least(read: Read, one: Sample, other: Sample): boolean {
  return (read(one) ?? Number.POSITIVE_INFINITY) <= (read(other) ?? 0);
}
