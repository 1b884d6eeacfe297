import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { driftFree, elapsedMs, instant, reliableMs, remainingOf } from "./deadline.ts";

const at = (now: number, wall: number) => ({ ...systemClock, now: () => now, wall: () => wall });

describe("elapsedMs", () => {
  const from = instant(at(1000, 50_000));
  it.each([
    ["both clocks agree", 1500, 50_500, 500],
    ["the wall clock was set back", 1500, 10_000, 500],
    ["the wall clock was set forward", 1500, 90_000, 40_000],
    ["the monotonic clock stood still in a paused machine", 1000, 53_600, 3600],
  ])("takes the larger reading when %s", (_, now, wall, ms) => {
    expect(elapsedMs(at(now, wall), from)).toBe(ms);
  });
});

describe("reliableMs", () => {
  it("leaves out 1 % for drift and 2 ms for rounding", () => {
    expect(reliableMs(30_000)).toBe(29_698);
    expect(reliableMs(10)).toBeCloseTo(7.9);
  });

  it("may leave nothing of a very short rest", () => {
    expect(reliableMs(1)).toBeLessThan(0);
  });
});

describe("driftFree", () => {
  it("is the least local time in which so much of the server's can pass", () => {
    expect(driftFree(1000)).toBe(990);
    expect(driftFree(0)).toBe(0);
  });
});

describe("remainingOf", () => {
  it("counts down from where the deadline starts, and below zero", () => {
    const deadline = { from: instant(at(1000, 50_000)), ms: 300 };
    expect(remainingOf(at(1100, 50_100), deadline)).toBe(200);
    expect(remainingOf(at(1100, 50_400), deadline)).toBe(-100);
  });
});
