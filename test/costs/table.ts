import type { Cost } from "./measure.ts";

/** USD per 100,000 commands, pay as you go (upstash.com/pricing, August 2026). */
const USD_PER_100_000 = 0.2;

/** As Markdown, per 1,000. */
export function costTable(costs: readonly Cost[]): string {
  const rows = costs.map(({ what, requests, billed }) => [
    what,
    requests.toLocaleString("en"),
    billed.toLocaleString("en"),
    `$${((billed / 100_000) * USD_PER_100_000).toFixed(3)}`,
  ]);
  const head = ["1,000 times", "requests", "billed commands", "Upstash"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
