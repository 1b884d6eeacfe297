import { describe, expect, test } from "vitest";
import { delay, exactTimer } from "./timer.ts";

const closing = new AbortController();

describe("exactTimer", () => {
  test("never calls back early, and in the order of the times, then of the calls", async () => {
    const order: string[] = [];
    const started = performance.now();
    const took: number[] = [];
    await new Promise<void>((resolve) => {
      const note = (name: string, ms: number) =>
        exactTimer(ms, () => {
          order.push(name);
          took.push(performance.now() - started - ms);
          if (order.length === 5) resolve();
        });
      note("12 a", 12);
      note("5", 5);
      note("12 b", 12);
      note("0", 0);
      note("12 c", 12);
    });
    expect(order).toEqual(["0", "5", "12 a", "12 b", "12 c"]);
    expect(Math.min(...took)).toBeGreaterThanOrEqual(0);
  });

  test.each([0, 1, 10])("%d ms: a cancelled one never calls back, even in its last stretch", async (ms) => {
    let called = false;
    const cancel = exactTimer(ms, () => {
      called = true;
    });
    await delay(Math.max(0, ms - 1), closing.signal);
    cancel();
    await delay(ms + 3, closing.signal);
    expect(called).toBe(false);
  });
});

test("a delay ends with the reason of its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("closing");
  const waiting = delay(60_000, stop.signal);
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(delay(0, stop.signal)).rejects.toBe(reason);
});
