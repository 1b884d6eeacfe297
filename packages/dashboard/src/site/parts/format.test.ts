import { expect, test } from "vitest";
import { age, count, duration, left, percent, plural } from "./format.ts";

test.each([
  [0, "0 ms"],
  [849.6, "850 ms"],
  [4250, "4.2 s"],
  [9999, "9.9 s"],
  [38_900, "38 s"],
  [240_000, "4 min"],
  [243_000, "4 min 03 s"],
  [7_500_000, "2 h 05 min"],
  [273_600_000, "3 d 4 h"],
])("%d ms read as %s", (ms, text) => expect(duration(ms)).toBe(text));

test("what is counted before one's eyes has whole seconds, and is never shorter than it is", () => {
  expect([age(400), age(4900), left(4100), left(1), left(0), left(-5)]).toEqual([
    "0 s",
    "4 s",
    "5 s",
    "1 s",
    "ending",
    "ending",
  ]);
});

test("numbers", () => {
  expect([
    count(1234567),
    percent(0),
    percent(0.034),
    percent(0.5),
    plural(1, "lock"),
    plural(2000, "lock"),
  ]).toEqual(["1,234,567", "0 %", "3.4 %", "50 %", "1 lock", "2,000 locks"]);
});
