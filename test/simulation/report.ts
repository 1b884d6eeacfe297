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
  /** Answers of the nodes of quorums. */
  votes: Map<string, number>;
  /** Runs in which the clock of a server was set, so that leases of that moment need not exclude each other by time. */
  clockSet: number;
}

export function newTotals(): Totals {
  return { runs: 0, failed: 0, cycles: 0, simulatedMs: 0, faults: new Map(), votes: new Map(), clockSet: 0 };
}

export function add(totals: Totals, outcome: Outcome): void {
  const { cycles, simulatedMs, injected, violations, votes = {} } = outcome;
  totals.runs++;
  totals.cycles += cycles;
  totals.simulatedMs += simulatedMs;
  if (violations.length > 0) totals.failed++;
  for (const { kind } of injected) count(totals.faults, kind, 1);
  for (const [vote, times] of Object.entries(votes)) count(totals.votes, vote, times);
  if (injected.some(({ kind }) => kind === "step-server-clock")) totals.clockSet++;
}

export function summary(totals: Totals, tookMs: number): string {
  const { runs, failed, cycles, simulatedMs, faults, votes, clockSet } = totals;
  const injected = [...faults.values()].reduce((sum, number) => sum + number, 0);
  // Of all threads: that says more than the time on a machine that does other things too.
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1000;
  const each = `${Math.round(cpuMs / 1000)} s of CPU time, ${(cpuMs / Math.max(cycles, 1)).toFixed(2)} ms for each`;
  return [
    `${words(runs)} runs, ${words(Math.round(simulatedMs / 3_600_000))} simulated hours, ${words(cycles)} lock cycles in ${Math.round(tookMs / 1000)} s (${each})`,
    `${words(injected)} faults injected: ${listed(faults)}`,
    ...(votes.size > 0
      ? [
          `answers of nodes: ${listed(votes)}`,
          `in ${words(clockSet)} runs a node's clock was set: leases of that moment may overlap there, their fences may not`,
        ]
      : []),
    `${runs - failed} passed, ${failed} failed`,
  ].join("\n");
}

function count(sums: Map<string, number>, name: string, times: number): void {
  sums.set(name, (sums.get(name) ?? 0) + times);
}

function words(value: number): string {
  return value.toLocaleString("en");
}

/** The most frequent first. */
function listed(sums: ReadonlyMap<string, number>): string {
  const sorted = [...sums].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, number]) => `${name} ${words(number)}`).join(", ");
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
