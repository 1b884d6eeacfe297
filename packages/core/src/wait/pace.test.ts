import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { unheardMs } from "./pace.ts";

const CLAIM_MS = 2000;
const pause = (position: number, deafMs: number) => unheardMs(systemClock, CLAIM_MS, position, deafMs);

test("whom the queue can have reached while nobody heard looks at once", () => {
  expect(pause(1, 0)).toBe(0);
  expect(pause(1, 500)).toBe(0);
  expect(pause(4, 30)).toBe(0);
});

test("those behind look one after the other", () => {
  expect(pause(2, 0)).toBeGreaterThanOrEqual(75);
  expect(pause(2, 0)).toBeLessThanOrEqual(100);
  expect(pause(6, 30)).toBeGreaterThanOrEqual(150);
  expect(pause(6, 30)).toBeLessThanOrEqual(200);
});

test("nobody looks later than half a claim window, nor all of them at one moment", () => {
  const pauses = Array.from({ length: 50 }, () => pause(1000, 30));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(CLAIM_MS / 2);
  expect(Math.min(...pauses)).toBeGreaterThan(CLAIM_MS / 4);
  expect(new Set(pauses).size).toBeGreaterThan(5);
});
