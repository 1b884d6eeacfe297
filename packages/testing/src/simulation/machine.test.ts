import { describe, expect, it } from "vitest";
import { createMachine } from "./machine.ts";
import { createRandom } from "./random.ts";
import { createVirtualTime } from "./virtual-time.ts";

function machine(seed = 1) {
  const time = createVirtualTime();
  const made = createMachine(time, createRandom(seed, "machine"));
  const pass = (ms: number) => {
    const endMs = time.nowMs + ms;
    time.at(endMs, () => {});
    return time.runUntil(() => time.nowMs >= endMs);
  };
  return { time, pass, machine: made, clock: made.clock };
}

describe("a simulated machine", () => {
  it("has a clock of its own rate, within 1 % of the true one", async () => {
    const rates = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      const { pass, clock, machine: made } = machine(seed);
      const from = clock.now();
      await pass(10_000);
      expect(clock.now() - from).toBeCloseTo(10_000 * made.rate, 3);
      expect(Math.abs(made.rate - 1)).toBeLessThan(0.01);
      rates.add(made.rate);
    }
    expect(rates.size).toBe(50);
  });

  it("fires timers about when its own clock says, and cleared ones never", async () => {
    const { pass, clock } = machine();
    const fired: number[] = [];
    const from = clock.now();
    clock.setTimeout(() => fired.push(clock.now() - from), 1000);
    clock.clearTimeout(clock.setTimeout(() => fired.push(-1), 500));
    await pass(2000);
    expect(fired).toHaveLength(1);
    expect(Math.abs((fired[0] ?? 0) - 1000)).toBeLessThan(2);
  });

  it("lets nothing happen while it is frozen, and everything afterwards", async () => {
    const { pass, clock, machine: made } = machine();
    const seen: string[] = [];
    clock.setTimeout(() => seen.push("timer"), 100);
    made.freeze(5000, false);
    const from = clock.now();
    await pass(1000);
    made.deliver(() => seen.push("reply"));
    expect(seen).toEqual([]);
    await pass(4500);
    expect(seen.sort()).toEqual(["reply", "timer"]);
    expect(clock.now() - from).toBeGreaterThan(5000);
  });

  it("stops its monotonic clock, and its timers with it, when it is suspended; the wall clock goes on", async () => {
    const { pass, clock, machine: made } = machine();
    const [now, wall] = [clock.now(), clock.wall()];
    let fired = false;
    clock.setTimeout(() => {
      fired = true;
    }, 1000);
    made.freeze(5000, true);
    await pass(5500);
    expect(clock.now() - now).toBeLessThan(600);
    expect(clock.wall() - wall).toBeGreaterThan(5400);
    expect(fired).toBe(false);
    await pass(1000);
    expect(fired).toBe(true);
  });

  it("does nothing any more once it is killed", async () => {
    const { pass, clock, machine: made } = machine();
    const seen: string[] = [];
    clock.setTimeout(() => seen.push("timer"), 100);
    made.kill();
    made.deliver(() => seen.push("reply"));
    await pass(1000);
    expect(seen).toEqual([]);
  });
});
