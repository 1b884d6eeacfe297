import { redisServerPath } from "@holdfast/testing/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMeasurements, type Row } from "../measure.ts";
import type { QuorumBench } from "./bench.ts";
import { ALL_UP, CONDITIONS, type Condition } from "./conditions.ts";
import { underFaults } from "./faults.ts";
import { CLOCKS_ALIKE, CLOCKS_APART, fenceOrder, outOfOrder } from "./fence-order.ts";
import { type Nodes, startNodes } from "./nodes.ts";
import { holdfast, holdfastNoWriteBack, holdfastRest } from "./peers/holdfast.ts";
import type { QuorumPeer } from "./peers/peer.ts";
import { redlock } from "./peers/redlock.ts";
import { redlockUniversal } from "./peers/redlock-universal.ts";
import { RESTART, restartedVoter } from "./restarted-voter.ts";
import { quorumTables } from "./table.ts";

describe.skipIf(redisServerPath() === null && !process.env.CI)("the comparison over five nodes", () => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes();
  });
  afterAll(() => nodes?.[Symbol.asyncDispose]());

  async function rowsOf(part: (bench: QuorumBench) => Promise<void>): Promise<Row[]> {
    const measurements = createMeasurements("redis-server");
    await part({ nodes, measurements, runs: 1, clients: 2, sliceMs: 50, turns: 30, progress: () => {} });
    return measurements.rows();
  }
  const value = (rows: readonly Row[], scenario: string, peer: QuorumPeer, metric: string) =>
    rows.find((row) => row.scenario === scenario && row.peer === peer.name && row.metric === metric)?.median;

  it("asks every peer, alone and with others", async () => {
    const peers = [holdfast, holdfastNoWriteBack, holdfastRest, redlock, redlockUniversal];
    const rows = await rowsOf((bench) => underFaults(bench, [ALL_UP], peers));
    for (const peer of peers) {
      expect(value(rows, "alone, all up", peer, "success"), peer.name).toBe(100);
      expect(value(rows, "alone, all up", peer, "p50"), peer.name).toBeGreaterThan(0);
      expect(value(rows, "contended, all up", peer, "per second"), peer.name).toBeGreaterThan(0);
      expect(value(rows, "contended, all up", peer, "overlaps"), peer.name).toBe(0);
    }
    expect(quorumTables(rows)).toMatch(/\| all up +\| +100 %, /);
  });

  it("goes on with two nodes down, and has them back afterwards", async () => {
    const down = CONDITIONS.filter(({ name }) => name.startsWith("2 "));
    const rows = await rowsOf((bench) => underFaults(bench, [...down, ALL_UP], [holdfast]));
    for (const { name } of [...down, ALL_UP] as Condition[])
      expect(value(rows, `alone, ${name}`, holdfast, "success"), name).toBe(100);
  });

  it("finds fences in order with the write-back whatever the clocks say, and without it while they agree", async () => {
    const peers = [holdfast, holdfastNoWriteBack, redlock];
    const rows = await rowsOf((bench) => fenceOrder(bench, peers));
    const lost = (peer: QuorumPeer, clocks: string) =>
      value(rows, `order of fences, ${clocks}`, peer, "out of order");
    for (const clocks of [CLOCKS_ALIKE, CLOCKS_APART]) {
      expect(value(rows, `order of fences, ${clocks}`, holdfast, "grants")).toBe(30);
      expect(lost(holdfast, clocks)).toBe(0);
    }
    expect(lost(holdfastNoWriteBack, CLOCKS_APART)).toBeGreaterThan(0);
    expect(lost(redlock, CLOCKS_APART)).toBeGreaterThan(0);
  });

  it("lets a voter restart with nothing, and finds that others then have two holders", async () => {
    const rows = await rowsOf((bench) => restartedVoter(bench, [holdfast, redlock]));
    expect(value(rows, RESTART, holdfast, "two holders")).toBe(0);
    expect(value(rows, RESTART, redlock, "two holders")).toBe(1);
  });

  it("counts whoever is not above all before", () => {
    expect(outOfOrder([1, 2, 2, 5, 4, 6])).toBe(2);
    expect(outOfOrder([])).toBe(0);
  });
});
