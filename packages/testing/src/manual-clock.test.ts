import { describe, expect, it, vi } from "vitest";
import { manualClock } from "./manual-clock.ts";

describe("manualClock", () => {
  it("stands still until it is advanced, then moves both clocks", async () => {
    const clock = manualClock(1_000_000);
    expect([clock.now(), clock.wall()]).toEqual([0, 1_000_000]);
    await clock.advance(1.5);
    expect([clock.now(), clock.wall()]).toEqual([1.5, 1_000_001.5]);
  });

  it("fires due timers in order, each at its own moment, and leaves the rest", async () => {
    const clock = manualClock();
    const fired: string[] = [];
    const at = (name: string) => () => void fired.push(`${name} at ${clock.now()}`);
    clock.setTimeout(at("late"), 30);
    clock.setTimeout(at("second"), 20);
    clock.setTimeout(at("first"), 10);
    clock.setTimeout(at("second too"), 20);
    await clock.advance(20);
    expect(fired).toEqual(["first at 10", "second at 20", "second too at 20"]);
    expect([clock.now(), clock.pendingTimers]).toEqual([20, 1]);
  });

  it("fires a timer that a promise set within the same advance", async () => {
    const clock = manualClock();
    const done = vi.fn();
    const sleep = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
    const work = async () => {
      for (let round = 0; round < 3; round++) {
        await sleep(10);
        // A reply made in the process takes many promises to read.
        await new Response(JSON.stringify({ round })).json();
      }
      done(clock.now());
    };
    void work();
    await clock.advance(30);
    expect(done).toHaveBeenCalledWith(30);
  });

  it("forgets a timer that is cleared, even by another one of the same moment", async () => {
    const clock = manualClock();
    const never = vi.fn();
    const first = clock.setTimeout(() => clock.clearTimeout(second), 5);
    const second = clock.setTimeout(never, 5);
    await clock.advance(5);
    clock.clearTimeout(first);
    clock.clearTimeout(undefined);
    expect(never).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });

  it("steps the wall clock alone", async () => {
    const clock = manualClock(5_000);
    const never = vi.fn();
    clock.setTimeout(never, 100);
    clock.jumpWall(3_600_000);
    clock.jumpWall(-7_200_000);
    await clock.advance(0);
    expect([clock.now(), clock.wall()]).toEqual([0, 5_000 - 3_600_000]);
    expect(never).not.toHaveBeenCalled();
  });

  it("freezes: time passes, no timer fires until the thaw", async () => {
    const clock = manualClock(0);
    const fired: number[] = [];
    clock.setTimeout(() => fired.push(clock.now()), 10);
    clock.freeze(500);
    expect([clock.now(), clock.wall(), fired]).toEqual([500, 500, []]);
    await clock.advance(0);
    expect(fired).toEqual([500]);
  });

  it("gives the same bytes for the same seed, and secure ones without", () => {
    const bytes = (seed?: number) => [...manualClock(0, seed).randomBytes(16)];
    expect(bytes(7)).toEqual(bytes(7));
    expect(bytes(7)).not.toEqual(bytes(8));
    expect(bytes()).not.toEqual(bytes());
    const many = manualClock(0, 1).randomBytes(20_000);
    expect(new Set(many).size).toBe(256);
    expect(many.reduce((sum, byte) => sum + byte, 0) / many.length).toBeCloseTo(127.5, -1);
  });

  it("shows mistakes instead of hiding them", async () => {
    const clock = manualClock();
    const again = () => void clock.setTimeout(again, 0);
    expect(() => clock.setTimeout(again, 2 ** 31)).toThrow("no timer can wait");
    expect(() => clock.setTimeout(again, Number.NaN)).toThrow("no timer can wait");
    await expect(clock.advance(-1)).rejects.toThrow("cannot pass");
    expect(() => clock.freeze(Number.POSITIVE_INFINITY)).toThrow("cannot pass");
    const running = clock.advance(1);
    await expect(clock.advance(1)).rejects.toThrow("still running");
    await running;
    again();
    await expect(clock.advance(1)).rejects.toThrow("without time passing");
  });

  it("passes on what a timer throws", async () => {
    const clock = manualClock();
    clock.setTimeout(() => {
      throw new Error("from the timer");
    }, 1);
    await expect(clock.advance(1)).rejects.toThrow("from the timer");
    await clock.advance(1);
    expect(clock.now()).toBe(2);
  });
});
