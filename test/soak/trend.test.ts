import { describe, expect, it } from "vitest";
import { trend } from "./trend.ts";

/** One measurement a minute; noise that has no trend of its own. */
function measured(minutes: number, perHour: number, noise: number) {
  return Array.from({ length: minutes }, (_, minute) => ({
    hours: minute / 60,
    value: 100 + (perHour * minute) / 60 + noise * ([1, -1, -1, 1][minute % 4] ?? 0),
  }));
}

describe("a trend", () => {
  it("is the least squares line, with its confidence", () => {
    const exact = trend(measured(10, 6, 0), 1);
    expect(exact.slope).toBeCloseTo(6, 9);
    expect(exact.margin).toBeCloseTo(0, 6);
    // y = 1, 2, 2, 3 at x = 0..3: slope 0.6, residual 0.2, so the standard error is sqrt(0.1 / 5), and t = 4.303.
    const few = trend(
      [1, 2, 2, 3].map((value, hours) => ({ hours, value })),
      1,
    );
    expect(few.slope).toBeCloseTo(0.6, 9);
    expect(few.margin).toBeCloseTo(4.303 * Math.sqrt(0.02), 9);
  });

  it.each([
    [10, 2.228],
    [28, 2.048],
  ])("knows Student's t for %i degrees of freedom", (freedom, quantile) => {
    const points = measured(freedom + 2, 0, 1);
    const { margin, slope, mean } = trend(points, 1);
    const middle = points.reduce((sum, { hours }) => sum + hours, 0) / points.length;
    const spread = points.reduce((sum, { hours }) => sum + (hours - middle) ** 2, 0);
    const residual = points.reduce(
      (sum, { hours, value }) => sum + (value - mean - slope * (hours - middle)) ** 2,
      0,
    );
    expect(margin / Math.sqrt(residual / freedom / spread)).toBeCloseTo(quantile, 2);
  });

  it("is flat, growing, or not to be told", () => {
    expect(trend(measured(16, 0, 1), 10).verdict).toBe("flat");
    expect(trend(measured(16, -40, 1), 10).verdict).toBe("flat");
    expect(trend(measured(16, 40, 1), 10).verdict).toBe("growing");
    expect(trend(measured(16, 10, 20), 10).verdict).toBe("unclear");
    expect(trend(measured(2, 40, 0), 10).verdict).toBe("unclear");
  });
});
