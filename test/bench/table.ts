import type { Row } from "./measure.ts";

/** Every scenario as a Markdown table: a line for each peer, a column for each metric. Reads well in a terminal too. */
export function tables(rows: readonly Row[]): string {
  const scenarios = Map.groupBy(rows, ({ scenario, rttMs }) => `${scenario}, RTT ${rttMs} ms`);
  return [...scenarios].map(([title, own]) => `### ${title}\n\n${scenarioTable(own)}`).join("\n\n");
}

function scenarioTable(rows: readonly Row[]): string {
  const metrics = [...new Map(rows.map((row) => [row.metric, row.unit]))];
  const peers = Map.groupBy(rows, (row) => row.peer);
  return markdownTable(
    ["", ...metrics.map(([metric, unit]) => (unit === "count" ? metric : `${metric} (${unit})`))],
    [...peers].map(([peer, own]) => [
      peer,
      ...metrics.map(([metric]) => cell(own.find((row) => row.metric === metric))),
    ]),
  );
}

/** The first column is text, the others are numbers. */
export function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(3, title.length, ...body.map((line) => (line[i] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (i === 0 ? (cells[i] ?? "").padEnd(width) : (cells[i] ?? "").padStart(width))).join(" | ")} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(head), rule, ...body.map(line)].join("\n");
}

export function cell(row: Row | undefined): string {
  if (!row) return "–";
  return row.median === null ? "never" : figure(row.median);
}

/** Three digits are what such a measurement is worth. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
