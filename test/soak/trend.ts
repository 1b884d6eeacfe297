/** A straight line through measurements, by least squares. */
export interface Trend {
  readonly mean: number;
  /** Per hour. */
  readonly slope: number;
  /** Half of the slope's 95 % confidence interval. `Infinity` for fewer than three points. */
  readonly margin: number;
  readonly verdict: Verdict;
}

/**
 * By the slope's 95 % confidence interval: `growing` when all of it is above what is tolerated, `flat` when all of it
 * is below, `unclear` otherwise: the run was too short to tell, or the figure too restless.
 */
export type Verdict = "flat" | "growing" | "unclear";

export interface Point {
  readonly hours: number;
  readonly value: number;
}

const Z = 1.959964;

export function trend(points: readonly Point[], tolerated: number): Trend {
  const count = points.length;
  const mean = average(points.map(({ value }) => value));
  const middle = average(points.map(({ hours }) => hours));
  const spread = points.reduce((sum, { hours }) => sum + (hours - middle) ** 2, 0);
  const slope =
    points.reduce((sum, { hours, value }) => sum + (hours - middle) * (value - mean), 0) / (spread || 1);
  const residual = points.reduce(
    (sum, { hours, value }) => sum + (value - mean - slope * (hours - middle)) ** 2,
    0,
  );
  const freedom = count - 2;
  const margin =
    freedom > 0 && spread > 0
      ? studentT(freedom) * Math.sqrt(residual / freedom / spread)
      : Number.POSITIVE_INFINITY;
  return { mean, slope, margin, verdict: verdictOf(slope, margin, tolerated) };
}

function verdictOf(slope: number, margin: number, tolerated: number): Verdict {
  if (slope - margin > tolerated) return "growing";
  return slope + margin <= tolerated ? "flat" : "unclear";
}

/** The 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5), good to 1 % from three degrees on. */
function studentT(freedom: number): number {
  if (freedom === 1) return 12.706;
  if (freedom === 2) return 4.303;
  const first = (Z ** 3 + Z) / 4;
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  const third = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384;
  return Z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
}
