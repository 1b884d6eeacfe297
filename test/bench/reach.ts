import { markdownTable } from "./markdown.ts";
import type { Row } from "./measure.ts";
import { cell } from "./table.ts";

/** One figure to reach, and where it is found. */
interface Figure {
  readonly what: string;
  readonly scenario: string;
  readonly rttMs: number;
  readonly metric: string;
  readonly peer?: string;
  /** At most this. */
  readonly limit: number;
  readonly limitText?: string;
  /** Beyond what a bare request took in the same run. */
  readonly overRequest?: true;
}

const BURST_20 = "20 × 20 ms, burst, one client";
const SPACED_20 = "20 × 20 ms, every 13 ms, one client";
const BURST_100 = "100 × 5 ms, burst, one client";
const SPACED_100 = "100 × 5 ms, every 13 ms, one client";
const POLLING = "holdfast (polling)";

const pair = { scenario: "uncontended pair", rttMs: 0 } as const;
const overhead = { scenario: "overhead of the SDK", metric: "SDK ÷ bare fetch", limit: 1.15 } as const;
const requests = { metric: "requests per grant", limit: 2.5 } as const;
const billed = { metric: "billed per grant", limit: 12 } as const;
const gap = "hand-over gap p50";
const wall = "wall ÷ ideal";
const order = { metric: "order inversions", limit: 0 } as const;
const overlaps = { metric: "overlaps", limit: 0 } as const;

const FIGURES: readonly Figure[] = [
  { what: "requests, uncontended pair", ...pair, metric: "requests", limit: 2 },
  { what: "billed commands of that pair", ...pair, metric: "billed", limit: 7 },
  { what: "pair over bare fetch of the same bytes, p50", ...overhead, rttMs: 0 },
  { what: "the same", ...overhead, rttMs: 20 },
  { what: "requests per grant, 20 × 20 ms", ...requests, scenario: BURST_20, rttMs: 20 },
  { what: "requests per grant, 100 × 5 ms", ...requests, scenario: BURST_100, rttMs: 20 },
  { what: "billed per grant, 20 × 20 ms", ...billed, scenario: BURST_20, rttMs: 20 },
  { what: "billed per grant, 100 × 5 ms", ...billed, scenario: BURST_100, rttMs: 20 },
  { what: "hand-over gap p50 (ms), 20 × 20 ms", scenario: BURST_20, rttMs: 20, metric: gap, limit: 23 },
  { what: "hand-over gap p50 (ms), 20 × 20 ms", scenario: BURST_20, rttMs: 0, metric: gap, limit: 3 },
  {
    what: "the same gap, beyond a bare request (ms)",
    scenario: BURST_20,
    rttMs: 20,
    metric: gap,
    limit: 3,
    overRequest: true,
  },
  { what: "wall ÷ ideal, 20 × 20 ms", scenario: BURST_20, rttMs: 0, metric: wall, limit: 1.15 },
  { what: "wall ÷ ideal, 20 × 20 ms", scenario: BURST_20, rttMs: 20, metric: wall, limit: 2.25 },
  { what: "order inversions (%), 20 × 20 ms, burst", ...order, scenario: BURST_20, rttMs: 20 },
  { what: "order inversions (%), 20 × 20 ms, every 13 ms", ...order, scenario: SPACED_20, rttMs: 20 },
  { what: "order inversions (%), 100 × 5 ms, every 13 ms", ...order, scenario: SPACED_100, rttMs: 20 },
  { what: "overlaps, 100 × 5 ms, burst", ...overlaps, scenario: BURST_100, rttMs: 20 },
  {
    what: "granted after its first reply was lost (ms)",
    scenario: "first reply lost, TTL 3 s",
    rttMs: 20,
    metric: "granted after",
    limit: 300,
    limitText: "one retry",
  },
  {
    what: "told of the loss, after the true expiry (ms)",
    scenario: "silent server, TTL 1 s",
    rttMs: 20,
    metric: "told after the expiry",
    limit: 0,
    limitText: "before",
  },
  {
    what: "mutex import, min + gzip (bytes)",
    scenario: "size of a mutex with its client",
    rttMs: 0,
    metric: "minified + gzip",
    limit: 6000,
  },
  { what: "requests per grant, 1,000 waiters", ...requests, scenario: "cost: mutex, 1000 waiters", rttMs: 0 },
  {
    what: "requests per grant, 10,000 waiters",
    ...requests,
    scenario: "cost: mutex, 10000 waiters",
    rttMs: 0,
  },
  {
    what: "polling: requests per grant, 20 × 20 ms",
    peer: POLLING,
    scenario: BURST_20,
    rttMs: 20,
    metric: "requests per grant",
    limit: 8,
  },
  {
    what: "polling: hand-over gap p50 (ms), 20 × 20 ms",
    peer: POLLING,
    scenario: BURST_20,
    rttMs: 20,
    metric: gap,
    limit: 60,
  },
  { what: "polling: order inversions (%), burst", peer: POLLING, ...order, scenario: BURST_20, rttMs: 20 },
];

/** What is promised of speed and cost, beside what was measured, and the best of the others in the same run. */
export function reachTable(rows: readonly Row[]): string {
  const body = FIGURES.flatMap(({ what, scenario, rttMs, metric, peer, limit, limitText, overRequest }) => {
    const off = overRequest ? requestMs(rows, rttMs) : 0;
    const found = rows
      .filter((row) => row.scenario === scenario && row.rttMs === rttMs && row.metric === metric)
      .map((row) => ({ ...row, median: row.median === null ? null : row.median - off }));
    const ours = found.find((row) => row.peer === (peer ?? "holdfast"));
    if (!ours) return [];
    const [best] = found
      .filter((row) => !row.peer.startsWith("holdfast"))
      .sort((a, b) => (a.median ?? Number.POSITIVE_INFINITY) - (b.median ?? Number.POSITIVE_INFINITY));
    const reached = ours.median !== null && ours.median <= limit ? "yes" : "no";
    const reach = limitText ?? `≤ ${limit.toLocaleString("en")}`;
    return [[what, String(rttMs), cell(best), reach, cell(ours), reached]];
  });
  return markdownTable(["what", "RTT", "best rival here", "reach", "measured", "reached"], body);
}

function requestMs(rows: readonly Row[], rttMs: number): number {
  const bare = rows.find((row) => row.peer === "fetch" && row.rttMs === rttMs);
  return bare?.median ?? Number.NaN;
}
