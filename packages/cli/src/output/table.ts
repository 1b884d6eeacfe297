import Table from "cli-table3";
import { heading, printable } from "./text.ts";

const NO_FRAME = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((part) => [part, ""]),
);

/** Columns in line, two blanks between them, nothing else: for eyes, and for `awk`. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const grid = new Table({
    chars: NO_FRAME,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
  });
  grid.push(head.map(heading), ...rows.map((row) => row.map((cell) => printable(String(cell)))));
  return grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
