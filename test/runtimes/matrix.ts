import type { Report } from "./scenarios/report.ts";

export interface Cell {
  readonly outcome: "ok" | "failed" | "not there";
  /** Why, unless it is ok. */
  readonly detail: string;
}

/** What one runtime did. */
export interface Run {
  readonly name: string;
  readonly version: string;
  readonly seconds: number;
  readonly lacks: Readonly<Record<string, string>>;
  /** It is not on this machine, for this reason. */
  readonly missing: string | undefined;
  readonly reports: readonly Report[];
  /** How it ended, unless well. */
  readonly error: string | undefined;
}

const OK: Cell = { outcome: "ok", detail: "" };
const failed = (detail: string): Cell => ({ outcome: "failed", detail });

/** The cell of a row. Nothing is left out without a word: whatever was neither run nor declared to be lacking has failed. */
export function cellOf({ lacks, missing, reports, error }: Run, row: string, mustRun: boolean): Cell {
  if (missing !== undefined) return { outcome: mustRun ? "failed" : "not there", detail: missing };
  const report = reports.find(({ name }) => name === row);
  const lack = lacks[row];
  if (report?.outcome === "failed") return failed(report.detail ?? "");
  if (report?.outcome === "ok")
    return lack === undefined ? OK : failed(`it works, although this is said of it: ${lack}`);
  if (lack !== undefined && error === undefined) return { outcome: "not there", detail: lack };
  return failed(report?.detail ?? `was not run${error === undefined ? "" : `: ${error}`}`);
}

export interface Matrix {
  readonly text: string;
  readonly failed: number;
}

/** Rows are scenarios, columns runtimes; below it the reasons. `mustRun`: a missing runtime is a failure. */
export function matrix(rows: readonly string[], runs: readonly Run[], mustRun: boolean): Matrix {
  const cells = runs.map((run) => rows.map((row) => cellOf(run, row, mustRun)));
  const table = [
    ["", ...runs.map(({ name }) => name)],
    ["", ...runs.map(({ version }) => version || "–")],
    ["", ...runs.map(({ seconds }) => `${seconds} s`)],
    ...rows.map((row, at) => [row, ...cells.map((column) => shown(column[at]))]),
  ];
  const wrong = cells.flat().filter(({ outcome }) => outcome === "failed").length;
  const broken = runs.filter(({ error }) => error !== undefined);
  const text = [
    aligned(table),
    reasons("not there", rows, runs, cells),
    reasons("failed", rows, runs, cells),
    ...broken.map(({ name, error }) => `\n${name} did not end well: ${error}`),
  ].join("");
  return { text, failed: wrong + broken.length };
}

function shown(cell: Cell | undefined): string {
  return cell?.outcome === "failed" ? "FAILED" : (cell?.outcome ?? "");
}

function aligned(table: readonly (readonly string[])[]): string {
  const widths = table[0]?.map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0))) ?? [];
  return table
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Each reason once, with what it is the reason of. */
function reasons(
  outcome: Cell["outcome"],
  rows: readonly string[],
  runs: readonly Run[],
  cells: readonly (readonly Cell[])[],
): string {
  const byReason = new Map<string, { runtimes: Set<string>; rows: Set<string> }>();
  cells.forEach((column, x) => {
    column.forEach((cell, y) => {
      if (cell.outcome !== outcome) return;
      const entry = byReason.get(cell.detail) ?? { runtimes: new Set(), rows: new Set() };
      entry.runtimes.add(runs[x]?.name ?? "");
      entry.rows.add(rows[y] ?? "");
      byReason.set(cell.detail, entry);
    });
  });
  if (byReason.size === 0) return "";
  const lines = [...byReason].map(([reason, { runtimes, rows: affected }]) => {
    const what = affected.size === rows.length ? "everything" : [...affected].join(", ");
    return `  ${[...runtimes].join(", ")}: ${what}: ${reason}`;
  });
  return `\n\n${outcome}:\n${lines.join("\n")}`;
}
