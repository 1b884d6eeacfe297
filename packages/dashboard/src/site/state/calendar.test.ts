import { expect, test } from "vitest";
import { calendarOf, fittingUnit } from "./calendar.ts";
import { latestOf, type Run, stateOf } from "./runs.ts";

const NOW = new Date(2026, 10, 21, 14, 5).getTime(); // a Saturday
const MINUTE = 60_000;
let last = 0;
const run = (at: number, state: Run["state"], more: Partial<Run> = {}): Run => ({
  id: String(last++),
  job: "nightly",
  occurrence: String(at),
  scheduledAt: at,
  state,
  attempt: 1,
  fence: 0,
  startedAt: at,
  endedAt: at + 5,
  host: null,
  metadata: null,
  error: null,
  ...more,
});

test("hours are in the row of their day, in the order of time; what is older is counted", () => {
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
  const runs = [
    run(at(21, 13, 59), "failed"),
    run(at(21, 13), "succeeded"),
    run(at(15, 0), "running"),
    run(at(14, 23, 59), "succeeded"),
  ];
  const { slots, older, rowLabels } = calendarOf(runs, "hours", NOW);
  expect(slots).toMatchObject([
    { row: 0, column: 0, from: at(15, 0), state: "running" },
    { row: 6, column: 13, from: at(21, 13), state: "failed", runs: [{}, {}] },
  ]);
  expect(older).toBe(1);
  expect([rowLabels[0], rowLabels[6]]).toEqual(["Sun 15", "Sat 21"]);
});

test("days are by weeks that begin on a Monday", () => {
  const at = (day: number) => new Date(2026, 10, day, 2).getTime();
  const { slots, columns, rowLabels, columnLabels } = calendarOf(
    [run(at(21), "succeeded"), run(at(16), "succeeded"), run(at(15), "succeeded")],
    "days",
    NOW,
  );
  expect(slots.map(({ row, column }) => [row, columns - column])).toEqual([
    [6, 2],
    [0, 1],
    [5, 1],
  ]);
  expect([rowLabels[0], rowLabels[6]]).toEqual(["Mon", "Sun"]);
  // The first of November was a Sunday.
  expect(columnLabels.slice(-8)).toEqual(["Oct", "", "", "", "Nov", "", "", ""].slice(-8));
});

test("minutes are by half hours, up to one that was run ahead of its time", () => {
  const { slots } = calendarOf(
    [run(NOW + MINUTE, "succeeded"), run(NOW - 30 * MINUTE, "succeeded")],
    "minutes",
    NOW,
  );
  expect(slots.map(({ row, column }) => [row, column])).toEqual([
    [6, 5],
    [7, 6],
  ]);
});

test.each([
  [MINUTE, "minutes"],
  [60 * MINUTE, "hours"],
  [1440 * MINUTE, "days"],
  [10_080 * MINUTE, "days"],
])("a job each %d ms is looked at by %s", (every, unit) => {
  const runs = Array.from({ length: 100 }, (_, index) => run(NOW - index * every, "succeeded"));
  expect(fittingUnit(runs, NOW)).toBe(unit);
});

test("an occurrence that has succeeded is well; the worst of several counts", () => {
  const retried = [
    run(30, "skipped", { occurrence: "a", why: "succeeded" }),
    run(20, "succeeded", { occurrence: "a", attempt: 2 }),
    run(10, "failed", { occurrence: "a" }),
  ];
  expect(stateOf(retried)).toBe("succeeded");
  expect(stateOf([...retried, run(15, "abandoned", { occurrence: "b" })])).toBe("abandoned");
  expect(stateOf([run(15, "skipped")])).toBe("skipped");
  expect(latestOf(retried)?.state).toBe("succeeded");
});
