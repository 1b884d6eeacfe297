/** A table whose columns line up. The first column is text, the others are numbers. */
export function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const column = (i: number) => [head[i] ?? "", ...body.map((cells) => cells[i] ?? "")];
  const widths = head.map((_, i) => Math.max(3, ...column(i).map((text) => text.length)));
  const pad = (text: string, i: number) =>
    i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  const line = (cells: readonly string[]) => `| ${head.map((_, i) => pad(cells[i] ?? "", i)).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`));
  return [line(head), `|${rule.join("|")}|`, ...body.map(line)].join("\n");
}
