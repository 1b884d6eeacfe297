import fc from "fast-check";
import { expect, it } from "vitest";
import { Intervals } from "./intervals.ts";

const moment = fc.integer({ min: 0, max: 30 });
const span = fc.tuple(moment, moment).map(([a, b]) => ({ at: Math.min(a, b), until: Math.max(a, b) }));

it("intervals answer as looking at each of them does", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 8 }), span, (all, { at: from, until: to }) => {
      const intervals = new Intervals(all);
      const moments = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      const within = (one: number) => all.some(({ at, until }) => at <= one && one <= until);
      expect(intervals.firstIn(from, to)).toBe(moments.find(within));
      expect(intervals.overlap(from, to)).toBe(moments.some(within));
      expect(intervals.beginIn(from, to)).toBe(all.some(({ at }) => from <= at && at <= to));
    }),
    { numRuns: 1000 },
  );
});
