import { createLocks, type Reply } from "@holdfast/core";
import { manualClock } from "@holdfast/testing";
import { describe, expect, it } from "vitest";

/** A store in which somebody leads with a lease that has so much left at every look, and a count of the looks. */
function observed(restMs: number | undefined, intervalMs?: number) {
  const clock = manualClock();
  const looks: number[] = [];
  const run = async (): Promise<Reply> => {
    looks.push(clock.now());
    const now = Math.floor(clock.wall());
    const holders = restMs === undefined ? [] : ["a".repeat(40), now + restMs, 7, 1, "exclusive", "-"];
    return ["mutex", 1, 1, 7, now, 0, 0, holders, []];
  };
  const election = createLocks({ store: { run }, clock }).election("x");
  const seen = election.observe(intervalMs === undefined ? {} : { intervalMs })[Symbol.asyncIterator]();
  const yielded: unknown[] = [];
  void (async () => {
    for (;;) yielded.push((await seen.next()).value);
  })();
  return { clock, looks, yielded };
}

const gaps = (looks: number[]) => looks.slice(1).map((at, i) => at - (looks[i] ?? 0));

describe("election: how often an observer looks", () => {
  it("every 5 seconds on average by default, spread over a quarter more or less", async () => {
    const { clock, looks, yielded } = observed(30_000);
    await clock.advance(1_000_000);
    expect(looks.length).toBeGreaterThan(180);
    expect(looks.length).toBeLessThan(220);
    expect(Math.min(...gaps(looks))).toBeGreaterThanOrEqual(3750);
    expect(Math.max(...gaps(looks))).toBeLessThanOrEqual(6250);
    expect(new Set(gaps(looks)).size).toBeGreaterThan(100);
    expect(yielded).toHaveLength(1);
  });

  it("as often when nobody leads", async () => {
    const { clock, looks } = observed(undefined, 1000);
    await clock.advance(100_000);
    expect(looks.length).toBeGreaterThan(80);
    expect(looks.length).toBeLessThan(125);
  });

  it("soon after the leader's lease ends, if that is earlier", async () => {
    const { clock, looks } = observed(500, 60_000);
    await clock.advance(1_000_000);
    expect(Math.min(...gaps(looks))).toBeGreaterThanOrEqual(500 + 15_000);
    expect(Math.max(...gaps(looks))).toBeLessThanOrEqual(500 + 30_000);
  });

  it("never more than four times as often as was said, however short the leases", async () => {
    const { clock, looks } = observed(0, 1000);
    await clock.advance(100_000);
    expect(looks.length).toBeLessThanOrEqual(401);
  });
});
