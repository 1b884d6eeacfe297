import { markdownTable } from "../markdown.ts";
import type { Row } from "../measure.ts";
import { cell, tables } from "../table.ts";
import { RESTART } from "./restarted-voter.ts";

/** What was measured, as Markdown. Reads well in a terminal too. */
export function quorumTables(rows: readonly Row[]): string {
  return [
    section(
      "acquire and release, nobody else there: success, p50 / p95 / p99 (ms)",
      pairTable(rows, "alone"),
    ),
    section("requests per pair, nobody else there", countTable(rows, "alone", "requests")),
    section(
      "acquire and release, 8 clients want one name: success, p50 / p95 / p99 (ms)",
      pairTable(rows, "contended"),
    ),
    section("pairs per second, 8 clients want one name", countTable(rows, "contended", "per second")),
    section("grants out of order", orderTable(rows)),
    tables(rows.filter(({ scenario }) => scenario === RESTART)),
  ].join("\n\n");
}

const section = (title: string, table: string) => `### ${title}\n\n${table}`;

type Of = (metric: string) => string;

/** A line for each condition, a column for each peer. */
function byCondition(rows: readonly Row[], load: string, text: (of: Of) => string): string {
  const own = rows.filter(({ scenario }) => scenario.startsWith(`${load}, `));
  const peers = [...new Set(own.map(({ peer }) => peer))];
  const conditions = Map.groupBy(own, ({ scenario }) => scenario.slice(load.length + 2));
  return markdownTable(
    ["of 5 nodes", ...peers],
    [...conditions].map(([condition, measured]) => [
      condition,
      ...peers.map((peer) =>
        text((metric) => cell(measured.find((row) => row.peer === peer && row.metric === metric))),
      ),
    ]),
  );
}

function pairTable(rows: readonly Row[], load: string): string {
  return byCondition(rows, load, (of) => `${of("success")} %, ${of("p50")} / ${of("p95")} / ${of("p99")}`);
}

function countTable(rows: readonly Row[], load: string, metric: string): string {
  return byCondition(rows, load, (of) => of(metric));
}

function orderTable(rows: readonly Row[]): string {
  const own = rows.filter(({ scenario }) => scenario.startsWith("order of fences, "));
  const clocks = [...new Set(own.map(({ scenario }) => scenario))];
  const peers = Map.groupBy(own, ({ peer }) => peer);
  return markdownTable(
    ["", ...clocks.map((scenario) => scenario.replace("order of fences, ", ""))],
    [...peers].map(([peer, measured]) => [
      peer,
      ...clocks.map((scenario) => {
        const of = (metric: string) =>
          cell(measured.find((row) => row.scenario === scenario && row.metric === metric));
        return `${of("out of order")} of ${of("grants")}`;
      }),
    ]),
  );
}
