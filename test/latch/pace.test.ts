import { createLocks, type Store } from "@holdfast/core";
import { manualClock } from "@holdfast/testing";
import { describe, expect, it } from "vitest";

/** The pauses between the looks of one who waits for a latch that does not open, in ten minutes. */
async function pauses(
  left: number,
  keepMs: number,
  { streams = false, ms = 600_000 } = {},
): Promise<{ pauses: number[]; looks: number }> {
  const clock = manualClock();
  const looks: number[] = [];
  const store: Store = {
    run: async () => {
      looks.push(clock.now());
      return left;
    },
    ...(streams && { subscribe: async () => ({ closed: new Promise<void>(() => {}) }) }),
  };
  const latch = createLocks({ store, clock }).latch("x", { count: 1000, keepMs });
  const cancel = new AbortController();
  const wait = latch.wait({ waitMs: Number.POSITIVE_INFINITY, signal: cancel.signal });
  await clock.advance(ms);
  cancel.abort();
  await expect(wait).rejects.toBe(cancel.signal.reason);
  return { pauses: looks.slice(1).map((at, i) => at - (looks[i] ?? 0)), looks: looks.length };
}

describe("latch: how often a waiter looks", () => {
  it("seldom where it is told: about every half minute, after one more look for what it missed", async () => {
    const {
      pauses: [first, ...rest],
    } = await pauses(5, 3_600_000, { streams: true });
    expect(first).toBe(0);
    expect(Math.min(...rest)).toBeGreaterThanOrEqual(22_500);
    expect(Math.max(...rest)).toBeLessThanOrEqual(30_000);
  });

  it("soon and then ever less often where it has to ask, at least every 2 seconds", async () => {
    const near = await pauses(1, 3_600_000);
    expect(near.pauses[0]).toBeLessThanOrEqual(50);
    expect(Math.max(...near.pauses)).toBeLessThanOrEqual(2000);
    expect(near.looks).toBeLessThanOrEqual(10 + 600_000 / 1200);
    const far = await pauses(1000, 3_600_000);
    expect(Math.min(...far.pauses)).toBeGreaterThanOrEqual(1200);
    expect(Math.max(...far.pauses)).toBeLessThanOrEqual(2000);
  });

  it.each([true, false])(
    "never so seldom that an open latch could be forgotten unseen (streams: %j)",
    async (streams) => {
      const seen = await pauses(1000, 1000, { streams, ms: 60_000 });
      expect(Math.max(...seen.pauses)).toBeLessThanOrEqual(1000 / 3 + 1);
    },
  );
});
