import { Script } from "node:vm";
import { startSimulation } from "@holdfast/testing/simulation";
import { describe, expect, it } from "vitest";
import { runAsClient } from "./sandbox.ts";

/** Everything by which a program could notice the real world. */
const NOSY = `(async () => {
  const seen = [];
  const see = (...values) => seen.push(values.join(" "));
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const look = () => see(Date.now(), performance.now(), Math.random(), crypto.randomUUID());
  look();
  see(new Date().toISOString(), Date().length > 0, crypto.getRandomValues(new Uint8Array(4)));
  let ticks = 0;
  const interval = setInterval((step) => { ticks += step; if (ticks === 6) clearInterval(interval); look(); }, 10, 2);
  clearTimeout(setTimeout(() => see("never"), 5));
  await sleep(3_600_000);
  see(ticks);
  look();
  const signal = AbortSignal.timeout(1000);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  see(signal.reason.name);
  const answer = await fetch("http://redis.test", { method: "POST", body: '["SET","k","v"]' });
  see(await answer.text());
  look();
  return { seen, dates: new Date(2020, 1) instanceof Date };
})()`;

async function run(
  seed: number,
): Promise<{ seen: string[]; dates: boolean; tookMs: number; wallMs: number }> {
  const { time, addClient } = await startSimulation({ seed, faultsMs: 0, faults: [] });
  const client = addClient("a");
  const wallMs = client.clock.wall();
  const running = runAsClient<Promise<{ seen: string[]; dates: boolean }>>(new Script(NOSY), client);
  await time.runUntil(() => false);
  return { ...(await running), tookMs: time.nowMs, wallMs };
}

describe("a program that runs as a simulated client", () => {
  it("sees the same in every run of a seed, and something else with another seed", async () => {
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    const other = await run(2);
    expect(other.seen[0]).not.toBe(first.seen[0]);
  });

  it("lives in simulated time only", async () => {
    const began = performance.now();
    const { seen, dates, tookMs, wallMs } = await run(1);
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(tookMs).toBeGreaterThan(3_500_000);
    expect(Number(seen[0]?.split(" ")[0])).toBe(wallMs);
    expect(seen).toContain("6");
    expect(seen).toContain("TimeoutError");
    expect(seen).toContain('{"result":"OK"}');
    expect(seen).not.toContain("never");
    expect(dates).toBe(true);
  });
});
