import { redisServerPath } from "@holdfast/testing/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bench } from "./bench.ts";
import { createMeasurements, quantile, type Row } from "./measure.ts";
import { type Network, startNetwork } from "./network.ts";
import { holdfast, holdfastPolling } from "./peers/holdfast.ts";
import { redisSemaphore } from "./peers/redis-semaphore.ts";
import { redlock } from "./peers/redlock.ts";
import { upstashLock } from "./peers/upstash-lock.ts";
import { PRIMITIVES } from "./primitives.ts";
import { reachTable } from "./reach.ts";
import { bareRequest } from "./scenarios/bare-request.ts";
import { contention } from "./scenarios/contention.ts";
import { costAlone, costWithWaiters } from "./scenarios/cost.ts";
import { lostReply } from "./scenarios/lost-reply.ts";
import { overhead } from "./scenarios/overhead.ts";
import { scriptTime } from "./scenarios/script-time.ts";
import { silentServer } from "./scenarios/silent-server.ts";
import { sizes } from "./scenarios/sizes.ts";
import { uncontended } from "./scenarios/uncontended.ts";
import { tables } from "./table.ts";
import { inversions } from "./workload.ts";

const tcp = redisServerPath() !== null;
const engine = tcp ? "redis-server" : "embedded";
/** Those that this engine can be asked by. */
const peers = [holdfast, holdfastPolling, upstashLock(10), ...(tcp ? [redisSemaphore, redlock] : [])];

describe("the benchmark runs each kind of scenario once and", () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork(engine);
  });
  afterAll(() => network[Symbol.asyncDispose]());

  async function rowsOf(scenario: (bench: Bench) => Promise<void>): Promise<Row[]> {
    const measurements = createMeasurements(engine);
    await scenario({ network, measurements, runs: 1, progress: () => {} });
    const rows = measurements.rows();
    for (const row of rows)
      expect(row).toEqual({
        scenario: expect.any(String),
        rttMs: expect.any(Number),
        engine,
        peer: expect.any(String),
        metric: expect.any(String),
        unit: expect.any(String),
        median: row.median === null ? null : expect.any(Number),
        min: row.min === null ? null : expect.any(Number),
        max: row.max === null ? null : expect.any(Number),
        runs: 1,
      });
    return rows;
  }
  const value = (rows: readonly Row[], metric: string, peer = holdfast.name) =>
    rows.find((row) => row.metric === metric && row.peer === peer)?.median;

  it("counts an uncontended pair of every peer", async () => {
    const rows = await rowsOf((bench) => uncontended(bench, 0, peers, 3));
    for (const { name } of peers) {
      expect(value(rows, "requests", name), name).toBe(2);
      expect(value(rows, "billed", name), name).toBeGreaterThanOrEqual(4);
      expect(value(rows, "latency p50", name), name).toBeGreaterThan(0);
    }
  });

  it("compares the SDK with a bare fetch that the server takes for as good", async () => {
    await network.resetMeter();
    const rows = await rowsOf((bench) => overhead(bench, 0, 4));
    expect(value(rows, "SDK ÷ bare fetch")).toBeGreaterThan(0);
    // Two pairs to begin with, one recorded; then four of each, with the same number of commands.
    expect((await network.meter()).billedCommands).toBeGreaterThanOrEqual(8 * 7);
  });

  it("times a bare request", async () => {
    const rows = await rowsOf((bench) => bareRequest(bench, 4, 2));
    expect(value(rows, "latency p50", "fetch")).toBeGreaterThan(3.5);
  });

  it.each(["one", "each"] as const)("lets waiters contend, with a client for %s", async (clients) => {
    const small = { waiters: 4, holdMs: 5, spacingMs: 0, clients };
    const rows = await rowsOf((bench) => contention(bench, 4, small, peers));
    for (const { name } of peers) {
      expect(value(rows, "overlaps", name), name).toBe(0);
      expect(value(rows, "requests per grant", name), name).toBeGreaterThan(1);
      expect(value(rows, "wall ÷ ideal", name), name).toBeGreaterThan(0.9);
      expect(value(rows, "hand-over gap p50", name), name).toBeGreaterThan(0);
    }
  });

  it("loses a first reply", async () => {
    const rows = await rowsOf((bench) => lostReply(bench, 0, [holdfast]));
    expect(value(rows, "granted after")).toBeGreaterThan(0);
    expect(value(rows, "same fence")).toBe(1);
  });

  it("lets the server fall silent, and finds that some are never told", async () => {
    const rows = await rowsOf((bench) => silentServer(bench, 4, [holdfast, upstashLock()]));
    expect(value(rows, "told after the expiry")).toEqual(expect.any(Number));
    expect(value(rows, "told after the expiry", upstashLock().name)).toBeNull();
  });

  it.each(PRIMITIVES)("counts what $name costs, alone and with waiters", async (primitive) => {
    const alone = await rowsOf((bench) => costAlone(bench, [primitive], 2));
    expect(value(alone, "billed per grant")).toBeGreaterThan(1);
    const waiting = await rowsOf((bench) => costWithWaiters(bench, primitive, 3));
    if (primitive.contended) expect(value(waiting, "requests per grant")).toBeGreaterThanOrEqual(1);
    else expect(waiting).toEqual([]);
  });

  it.runIf(tcp)("asks the server for the time of each script", async () => {
    const rows = await rowsOf((bench) => scriptTime(bench, [5], 2));
    expect(new Set(rows.map((row) => row.scenario)).size).toBe(4);
    for (const row of rows) expect(row.median, row.metric).toBeGreaterThan(0);
  });

  it("weighs imports", async () => {
    const rows = await rowsOf((bench) => sizes(bench.measurements));
    for (const row of rows) expect(row.median, row.peer).toBeGreaterThan(1000);
  });
});

describe("measuring", () => {
  it("takes the median of values, and never for never", () => {
    const measurements = createMeasurements("embedded");
    const subject = { scenario: "s", rttMs: 0, peer: "p" };
    for (const value of [3, 1, 2, Number.NaN]) measurements.add(subject, "m", "ms", value);
    for (const value of [5, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
      measurements.add(subject, "rarely", "ms", value);
    expect(measurements.rows()).toMatchObject([
      { metric: "m", median: 2, min: 1, max: 3, runs: 3 },
      { metric: "rarely", median: null, min: 5, max: null, runs: 3 },
    ]);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("counts the pairs that were turned round", () => {
    const arrived = ["a", "b", "c", "d"];
    expect(inversions(arrived, ["a", "b", "c", "d"])).toBe(0);
    expect(inversions(arrived, ["d", "c", "b", "a"])).toBe(100);
    expect(inversions(arrived, ["b", "a", "c", "d"])).toBeCloseTo(100 / 6);
  });

  it("shows peers in lines, metrics in columns, and whether a figure is reached", () => {
    const row = (peer: string, median: number | null): Row => ({
      scenario: "uncontended pair",
      rttMs: 0,
      engine,
      peer,
      metric: "requests",
      unit: "requests",
      median,
      min: median,
      max: median,
      runs: 1,
    });
    const rows = [row("holdfast", 3), row("other", null), row("third", 2)];
    expect(tables(rows)).toContain("### uncontended pair, RTT 0 ms");
    expect(tables(rows)).toMatch(/\| other +\| +never \|/);
    expect(reachTable(rows)).toMatch(
      /\| requests, uncontended pair \|\s+0 \|\s+2 \|\s+≤ 2 \|\s+3 \|\s+no \|/,
    );
  });
});
