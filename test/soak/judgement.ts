import type { Sample } from "./sample.ts";
import { type Trend, trend } from "./trend.ts";

/** How one figure of one process went over the second half of the run. */
export interface JudgedTrend extends Trend {
  readonly process: string;
  readonly metric: "heap" | "RSS" | "used memory";
  /** Bytes per hour. */
  readonly tolerated: number;
  /** False for what is not this project's: it is shown, and nothing comes of it. */
  readonly counts: boolean;
}

const MB = 1_048_576;
/** The heap after a collection tells of every object; resident memory also of the allocator's and the compiler's moods. */
const HEAP_TOLERATED = MB;
const RSS_TOLERATED = 10 * MB;
/** Until then keys, code and caches still come up to what they need. */
export const SETTLED_AFTER_MINUTES = 5;

/**
 * What is shown but not held against the project: wrangler and the HTTP clients, and resident memory of the local
 * workerd, which grows by some 12 kB with every request even if the worker is a single line (docs/soak.md). The heap
 * of the worker's own isolate counts.
 */
const FOREIGN = /^(wrangler.*|http) |^workerd RSS$/;

/** Over the second half of the run; nothing for a run whose first half is too short for everything to settle. */
export function trends(samples: readonly Sample[]): JudgedTrend[] {
  const end = samples.at(-1)?.minutes ?? 0;
  if (end / 2 < SETTLED_AFTER_MINUTES) return [];
  const late = samples.filter(({ minutes }) => minutes >= end / 2);
  const judge = (
    process: string,
    metric: JudgedTrend["metric"],
    tolerated: number,
    read: (sample: Sample) => number | undefined,
  ): JudgedTrend[] => {
    const points = late.flatMap((sample) => {
      const value = read(sample);
      return value === undefined ? [] : [{ hours: sample.minutes / 60, value }];
    });
    if (points.length === 0) return [];
    return [
      {
        process,
        metric,
        tolerated,
        counts: !FOREIGN.test(`${process} ${metric}`),
        ...trend(points, tolerated),
      },
    ];
  };
  const names = Object.keys(late[0]?.processes ?? {});
  return [
    ...names.flatMap((name) => [
      ...judge(name, "heap", HEAP_TOLERATED, ({ processes }) => processes[name]?.heapUsed),
      ...judge(name, "RSS", RSS_TOLERATED, ({ processes }) => processes[name]?.rss),
    ]),
    ...judge("engine", "used memory", HEAP_TOLERATED, ({ engine }) => engine.usedMemory),
  ];
}
