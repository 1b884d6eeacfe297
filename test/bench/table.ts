import { markdownTable } from "./markdown.ts";
import type { Row } from "./measure.ts";

/** Scenarios that differ in a number only are columns of one table: `cost: mutex, 20 waiters`. */
const PIVOTED = /^(cost|script time): (.+), ([^,]+)$/;

/** Every scenario as a Markdown table. Reads well in a terminal too. */
export function tables(rows: readonly Row[]): string {
  const plain = rows.filter((row) => !PIVOTED.test(row.scenario));
  const scenarios = Map.groupBy(plain, ({ scenario, rttMs }) => `${scenario}, RTT ${rttMs} ms`);
  const cost = pivoted(rows, "cost");
  const scripts = Map.groupBy(pivoted(rows, "script time"), ({ what }) => what);
  return [
    ...[...scenarios].map(([title, own]) => section(title, peerTable(own))),
    ...(cost.length > 0 ? [section("requests / billed commands per grant", costTable(cost))] : []),
    ...[...scripts].map(([kind, own]) => section(`µs per script (p50), ${kind}`, scriptTable(own))),
  ].join("\n\n");
}

export function cell(row: Row | undefined): string {
  if (!row) return "–";
  return row.median === null ? "never" : figure(row.median);
}

/** Three digits are what such a measurement is worth. */
function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

const section = (title: string, table: string) => `### ${title}\n\n${table}`;

/** A line for each peer, a column for each metric. */
function peerTable(rows: readonly Row[]): string {
  const metrics = [...new Map(rows.map((row) => [row.metric, row.unit]))];
  const peers = Map.groupBy(rows, (row) => row.peer);
  return markdownTable(
    ["", ...metrics.map(([metric, unit]) => (named(unit) ? `${metric} (${unit})` : metric))],
    [...peers].map(([peer, own]) => [
      peer,
      ...metrics.map(([metric]) => cell(own.find((row) => row.metric === metric))),
    ]),
  );
}

/** Units that the metric's own name does not give away. */
const named = (unit: string) => ["ms", "%", "bytes", "1 = yes"].includes(unit);

interface Pivoted extends Row {
  readonly what: string;
  readonly load: string;
}

function pivoted(rows: readonly Row[], prefix: string): Pivoted[] {
  return rows.flatMap((row) => {
    const [, kind, what = "", load = ""] = PIVOTED.exec(row.scenario) ?? [];
    return kind === prefix ? [{ ...row, what, load }] : [];
  });
}

function costTable(rows: readonly Pivoted[]): string {
  const loads = [...new Set(rows.map((row) => row.load))];
  const kinds = Map.groupBy(rows, (row) => row.what);
  return markdownTable(
    ["", ...loads],
    [...kinds].map(([kind, own]) => [
      kind,
      ...loads.map((load) => {
        const of = (metric: string) => cell(own.find((row) => row.load === load && row.metric === metric));
        const [requests, billed] = [of("requests per grant"), of("billed per grant")];
        return requests === "–" ? "–" : `${requests} / ${billed}`;
      }),
    ]),
  );
}

function scriptTable(rows: readonly Pivoted[]): string {
  const loads = [...new Set(rows.map((row) => row.load))];
  const scripts = Map.groupBy(rows, (row) => row.metric);
  return markdownTable(
    ["", ...loads],
    [...scripts].map(([script, own]) => [
      script,
      ...loads.map((load) => cell(own.find((row) => row.load === load))),
    ]),
  );
}
