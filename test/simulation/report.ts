import { formatHistory, type HistoryEvent, type Violation } from "@holdfast/testing/history";
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
  // Of all threads: that says more than the time on a machine that does other things too.
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1000;
  const each = `${Math.round(cpuMs / 1000)} s of CPU time, ${(cpuMs / Math.max(cycles, 1)).toFixed(2)} ms for each`;
  return [
    `${count(runs)} runs, ${count(Math.round(simulatedMs / 3_600_000))} simulated hours, ${count(cycles)} lock cycles in ${Math.round(tookMs / 1000)} s (${each})`,
    `${count(injected)} faults injected: ${kinds.join(", ")}`,
    `${runs - failed} passed, ${failed} failed`,
  ].join("\n");
}

/** How much is shown of what happened after a violation. */
const AFTER_MS = 1000;
const MOST_SHOWN = 5;
const MOST_FAULTS = 30;

/** What a person needs of a failing run: what is wrong, which faults it takes, and what happened around it. */
export function failure(result: RunResult, repeat: string): string {
  const { seed, primitive, violations, injected, history } = result;
  const [first] = violations;
  // What comes after the finding has no part in it.
  const before = injected.filter(({ atMs }) => !first || atMs <= first.at);
  const lines = [`seed ${seed} (${primitive}): ${violations.length} violations`];
  for (const { promise, at, text } of violations.slice(0, MOST_SHOWN))
    lines.push(`  ${promise} at ${at.toFixed(1)} ms: ${text}`);
  const told = before.slice(-MOST_FAULTS);
  const last = told.length < before.length ? `the last ${told.length} of ` : "";
  lines.push(
    `${last}${before.length} faults that it takes${told.length > 0 ? ":" : ""}`,
    ...told.map(({ id, atMs }) => `  ${atMs.toFixed(1)} ms ${id}`),
  );
  if (first) lines.push("timeline:", story(history, first));
  lines.push(`again: ${repeat}`);
  return lines.join("\n");
}

/** The operations of a violation from their beginning on, with the faults that hit their clients or the server. */
export function story(history: readonly HistoryEvent[], { at, ops }: Pick<Violation, "at" | "ops">): string {
  const begins = history.filter((event) => event.type === "invoked" && ops.includes(event.op));
  const clients = new Set(begins.map((event) => (event.type === "invoked" ? event.client : "")));
  const part = history.filter(
    (event) => event.type !== "fault" || event.client === undefined || clients.has(event.client),
  );
  const from = begins[0]?.at ?? at - AFTER_MS;
  return formatHistory(part, { ...(ops.length > 0 && { ops }), from, to: at + AFTER_MS });
}
