import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derivedOccurrence } from "../../packages/cron/src/schedule/occurrence.ts";
import { parseSchedule, timesBetween } from "../../packages/cron/src/schedule/schedule.ts";
import { dueTimes, type Fields, wallMinutes } from "./wall-times.ts";

const DAY_MS = 86_400_000;

/** Around the days on which clocks change; on Lord Howe Island by half an hour. */
const CHANGES = [
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2026-10-04"],
] as const;

const some = (most: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 4 })
    .map((list) => list.sort((a, b) => a - b));
/** Mostly at night, when clocks change. */
const hours = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map((hour) => [hour]),
  some(4),
  some(23),
  fc.constant(Array.from({ length: 24 }, (_, hour) => hour)),
);
const fields: fc.Arbitrary<Fields> = fc.record({
  minutes: fc.oneof(some(59), fc.constantFrom([0], [30], [0, 15, 30, 45])),
  hours,
  weekdays: fc.oneof(
    { weight: 3, arbitrary: fc.constant([0, 1, 2, 3, 4, 5, 6]) },
    { arbitrary: some(6), weight: 1 },
  ),
});
const expression = ({ minutes, hours, weekdays }: Fields) => `${minutes} ${hours} * * ${weekdays}`;

describe.each(CHANGES)("a schedule in %s around %s", (timeZone, date) => {
  const day = Date.parse(`${date}T00:00:00Z`);
  const [from, to] = [day - 2 * DAY_MS, day + 3 * DAY_MS];
  const wall = wallMinutes(timeZone, from - DAY_MS, to + 8 * DAY_MS);
  const moment = fc.integer({ min: from, max: to });

  it("is due when the clock on the wall says so, tried minute by minute", () => {
    fc.assert(
      fc.property(fields, (drawn) => {
        const schedule = parseSchedule(expression(drawn), timeZone);
        const due = dueTimes(drawn, wall).filter((at) => at > from && at <= to);
        expect(timesBetween(schedule, from, to, 10_000)).toEqual(due);
      }),
      { numRuns: 15 },
    );
  });

  it("looks forwards and backwards alike, from any moment", () => {
    fc.assert(
      fc.property(fields, fc.array(moment, { minLength: 1, maxLength: 8 }), (drawn, moments) => {
        const schedule = parseSchedule(expression(drawn), timeZone);
        const due = dueTimes(drawn, wall);
        for (const ms of [...moments, ...due.slice(0, 3)]) {
          const before = due.findLast((at) => at <= ms);
          if (before !== undefined) expect(schedule.atOrBefore(ms)).toBe(before);
          expect(schedule.after(ms)).toBe(due.find((at) => at > ms));
        }
      }),
      { numRuns: 15 },
    );
  });

  it("names the same occurrence for every delivery, by clocks that are wrong by the skew", () => {
    const delivery = fc.record({
      skewMs: fc.integer({ min: 0, max: 600_000 }),
      wrong: fc.double({ min: -1, max: 1, noNaN: true }),
      late: fc.double({ min: 0, max: 0.99, noNaN: true }),
      which: fc.nat(1000),
    });
    fc.assert(
      fc.property(fields, delivery, (drawn, { skewMs, wrong, late, which }) => {
        const schedule = parseSchedule(expression(drawn), timeZone);
        const due = dueTimes(drawn, wall).filter((at) => at > from - DAY_MS / 2);
        const i = 1 + (which % (due.length - 2));
        const [previous, at, next] = due.slice(i - 1, i + 2) as [number, number, number];
        // What is allowed for: as far as the clocks may be wrong, and half of the gap to be late in.
        const skew = Math.min(skewMs, (at - previous) / 4, (next - at) / 4);
        const delivered = at + wrong * skew + late * ((next - at) / 4);
        expect(derivedOccurrence(schedule, Math.ceil(delivered), skewMs)).toEqual({
          id: new Date(at).toISOString(),
          scheduledAt: at,
        });
      }),
      { numRuns: 30 },
    );
  });
});

it("knows seconds and nicknames", () => {
  const at = Date.UTC(2026, 0, 1, 12);
  expect(parseSchedule("*/10 * * * * *").after(at)).toBe(at + 10_000);
  expect(parseSchedule("@daily", "Europe/Berlin").after(at)).toBe(Date.UTC(2026, 0, 1, 23));
  expect(derivedOccurrence(parseSchedule("* * * * *"), at + 31_000, 60_000).scheduledAt).toBe(at);
  expect(derivedOccurrence(parseSchedule("* * * * *"), at + 45_000, 60_000).scheduledAt).toBe(at + 60_000);
});
