import { markdownTable } from "../bench/markdown.ts";
import { SETTLED_AFTER_MINUTES } from "./judgement.ts";
import { LONGEST_TTL_MS } from "./rest.ts";
import { type Sample, total } from "./sample.ts";
import type { SoakReport } from "./soak.ts";

const MOST_ROWS = 16;
const SDK = /^sdk-/;

/** The whole report for people, as Markdown that reads well in a terminal too. */
export function reportText(report: SoakReport): string {
  const { samples, atRest, rest, wrongs, faultsInjected } = report;
  return [
    timeTable(samples, atRest),
    trendTable(report),
    `Cycles: ${counts(atRest.cycles)}.`,
    `Failures that busy names and ${faultsInjected} injected faults explain, by code: ${counts(atRest.errors)}.`,
    `Events: ${counts(atRest.events)}.`,
    `Visits compared between all processes: ${figure(atRest.visits)}, violations ${atRest.violations}.`,
    restText(rest),
    wrongs.length === 0
      ? "All was right."
      : `This should not be:\n${wrongs.map((wrong) => `- ${wrong}`).join("\n")}`,
  ].join("\n\n");
}

/** One line for a terminal while the run goes on. */
export function sampleLine(sample: Sample): string {
  const { minutes, processes, engine, violations } = sample;
  const memory = Object.entries(processes)
    .filter(([name]) => !/^wrangler/.test(name))
    .map(
      ([name, { heapUsed, rss }]) => `${name} ${heapUsed ? `${megabytes(heapUsed)}/` : ""}${megabytes(rss)}`,
    );
  return `${minutes.toFixed(1)} min: ${total(sample.cycles)} cycles, ${violations} violations, ${engine.keys} keys, MB ${memory.join(", ")}`;
}

function timeTable(samples: readonly Sample[], atRest: Sample): string {
  const step = Math.ceil(samples.length / MOST_ROWS);
  // From the end, so that the last one is there.
  const shown = samples.filter((_, i) => (samples.length - 1 - i) % step === 0);
  const row = (title: string, sample: Sample, before: Sample | undefined) => {
    const { processes, engine } = sample;
    const sdk = Object.entries(processes).flatMap(([name, figures]) => (SDK.test(name) ? [figures] : []));
    const mean = (read: (figures: (typeof sdk)[number]) => number | undefined) =>
      sdk.reduce((sum, figures) => sum + (read(figures) ?? 0), 0) / sdk.length;
    const { gateway, engine: engineProcess, workerd } = processes;
    return [
      title,
      figure(total(sample.cycles)),
      `${sample.violations}`,
      `${megabytes(mean(({ heapUsed }) => heapUsed))} / ${megabytes(mean(({ rss }) => rss))}`,
      `${megabytes(gateway?.heapUsed)} / ${megabytes(gateway?.rss)}`,
      `${megabytes(workerd?.heapUsed)} / ${megabytes(workerd?.rss)}`,
      `${megabytes(engine.usedMemory)} / ${megabytes(engineProcess?.rss)}`,
      figure(engine.keys),
      figure(engine.streams),
      figure(sdk.reduce((sum, { timers = 0 }) => sum + timers, 0)),
      before ? (cpuSeconds(sample, before) / (60 * (sample.minutes - before.minutes))).toFixed(2) : "",
      sample.loadAverage.toFixed(1),
    ];
  };
  return markdownTable(
    [
      "minute",
      "cycles",
      "violations",
      "SDK heap / RSS",
      "gateway heap / RSS",
      "worker heap / RSS",
      "engine used / RSS",
      "keys",
      "streams",
      "timers",
      "cores",
      "load",
    ],
    [
      ...shown.map((sample, i) =>
        row(sample.minutes.toFixed(step > 1 || sample.minutes >= 5 ? 0 : 1), sample, shown[i - 1]),
      ),
      row("at rest", atRest, undefined),
    ],
  );
}

function trendTable({ trends, samples }: SoakReport): string {
  if (trends.length === 0)
    return `Too short for a verdict on memory: the first half, ${SETTLED_AFTER_MINUTES} minutes at least, is for settling.`;
  const half = (samples.at(-1)?.minutes ?? 0) / 2;
  const table = markdownTable(
    ["process", "figure", "mean MB", "MB per hour", "±", "tolerated", "verdict"],
    trends.map(({ process, metric, mean, slope, margin, tolerated, counts, verdict }) => [
      process,
      metric,
      megabytes(mean),
      megabytes(slope),
      megabytes(margin),
      megabytes(tolerated),
      counts ? verdict : `(${verdict})`,
    ]),
  );
  return `From minute ${half.toFixed(0)} on:\n\n${table}`;
}

function restText({
  busy,
  restedAfterMs,
  lifetimes,
  keysLeft,
  emptyAfterMs,
  unfinished,
}: SoakReport["rest"]): string {
  const rested =
    Object.keys(busy).length + unfinished.length === 0
      ? `All clients were at rest ${seconds(restedAfterMs)} s after the last cycle: no timers, no streams, no sockets.`
      : "Not all clients came to rest.";
  const held = `The engine then had ${figure(lifetimes.keys)} keys, the longest-lived for ${seconds(lifetimes.longestMs)} s (at most ${LONGEST_TTL_MS / 1000} are right)`;
  if (keysLeft === undefined || emptyAfterMs === undefined) return `${rested} ${held}.`;
  return `${rested} ${held}, and ${figure(keysLeft)} keys ${seconds(emptyAfterMs)} s after the last cycle.`;
}

function cpuSeconds(sample: Sample, before: Sample): number {
  return Object.entries(sample.processes).reduce(
    (sum, [name, { cpuSeconds }]) => sum + cpuSeconds - (before.processes[name]?.cpuSeconds ?? 0),
    0,
  );
}

function counts(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.map(([key, count]) => `${key} ${figure(count)}`).join(", ") || "none";
}

const figure = (value: number) => value.toLocaleString("en");
const seconds = (ms: number) => (ms / 1000).toFixed(0);
const megabytes = (bytes = Number.NaN) => (Number.isNaN(bytes) ? "–" : (bytes / 1_048_576).toFixed(1));
