import { formatHistory } from "@holdfast/testing/history";
import type { Outcome } from "./pool-worker.ts";
import type { RunResult } from "./run-seed.ts";

/** Sums over the runs of one invocation. */
export interface Totals {
  runs: number;
  failed: number;
  cycles: number;
  simulatedMs: number;
  faults: Map<string, number>;
}

export function newTotals(): Totals {
  return { runs: 0, failed: 0, cycles: 0, simulatedMs: 0, faults: new Map() };
}

export function add(totals: Totals, { cycles, simulatedMs, injected, violations }: Outcome): void {
  totals.runs++;
  totals.cycles += cycles;
  totals.simulatedMs += simulatedMs;
  if (violations.length > 0) totals.failed++;
  for (const { kind } of injected) totals.faults.set(kind, (totals.faults.get(kind) ?? 0) + 1);
}

export function summary(totals: Totals, tookMs: number): string {
  const { runs, failed, cycles, simulatedMs, faults } = totals;
  const count = (value: number) => value.toLocaleString("en");
  const kinds = [...faults].sort(([, a], [, b]) => b - a).map(([kind, number]) => `${kind} ${count(number)}`);
  const injected = [...faults.values()].reduce((sum, number) => sum + number, 0);
  return [
    `${count(runs)} runs, ${count(Math.round(simulatedMs / 3_600_000))} simulated hours, ${count(cycles)} lock cycles in ${Math.round(tookMs / 1000)} s`,
    `${count(injected)} faults injected: ${kinds.join(", ")}`,
    `${runs - failed} passed, ${failed} failed`,
  ].join("\n");
}

/** How long before and after a violation the timeline shows what else happened. */
const AROUND_MS = 5000;
const MOST_SHOWN = 5;
const MOST_FAULTS = 30;

/** What a person needs of a failing run: what is wrong, which faults it takes, and what happened around it. */
export function failure(result: RunResult, repeat: string): string {
  const { seed, primitive, violations, injected, history } = result;
  const [first] = violations;
  const lines = [
    `seed ${seed} (${primitive}): ${violations.length} violations with ${injected.length} faults`,
  ];
  for (const { promise, at, text } of violations.slice(0, MOST_SHOWN))
    lines.push(`  ${promise} at ${at.toFixed(1)} ms: ${text}`);
  const told = injected.slice(-MOST_FAULTS);
  lines.push(
    `the last ${told.length} faults:`,
    ...told.map(({ id, atMs }) => `  ${atMs.toFixed(1)} ms ${id}`),
  );
  if (first) {
    const ops = first.ops.length > 0 ? { ops: first.ops } : {};
    lines.push(
      "timeline:",
      formatHistory(history, { ...ops, from: first.at - AROUND_MS, to: first.at + 1000 }),
    );
  }
  lines.push(`again: ${repeat}`);
  return lines.join("\n");
}
