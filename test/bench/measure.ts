/** One line of `bench/results.json`: a metric over the runs of one scenario. `null` stands for "never". */
export interface Row {
  readonly scenario: string;
  readonly rttMs: number;
  readonly engine: string;
  readonly peer: string;
  readonly metric: string;
  readonly unit: string;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly runs: number;
}

/** What the values of one row have in common. */
export type Subject = Pick<Row, "scenario" | "rttMs" | "peer">;

/** Collects one value per run and metric. */
export interface Measurements {
  /** `Infinity`: it never happened. `NaN`, as of a run without a sample, is left out. */
  add(subject: Subject, metric: string, unit: string, value: number): void;
  rows(): Row[];
}

export function createMeasurements(engine: string): Measurements {
  const collected = new Map<
    string,
    { row: Omit<Row, "median" | "min" | "max" | "runs">; values: number[] }
  >();
  return {
    add({ scenario, rttMs, peer }, metric, unit, value) {
      if (Number.isNaN(value)) return;
      const key = JSON.stringify([scenario, rttMs, peer, metric]);
      const entry = collected.get(key) ?? {
        row: { scenario, rttMs, engine, peer, metric, unit },
        values: [],
      };
      entry.values.push(value);
      collected.set(key, entry);
    },
    rows: () =>
      [...collected.values()].map(({ row, values }) => ({
        ...row,
        median: finite(quantile(values, 0.5)),
        min: finite(Math.min(...values)),
        max: finite(Math.max(...values)),
        runs: values.length,
      })),
  };
}

/** The value below which the share `p` lies; `NaN` of nothing. The median of an even number is the lower one. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null;
}
