import type { HistoryEvent, Violation } from "@holdfast/testing/history";
import type { Simulation } from "@holdfast/testing/simulation";
import { holderOf } from "../server-states.ts";
import { NAMESPACE } from "./subject.ts";

/** Some round trips of the slowest client. */
export const PROMPT_MS = 1000;

/** Looks whether votes of what is over are left on the nodes. */
export interface Leftovers {
  readonly violations: readonly Violation[];
  hear(event: HistoryEvent): void;
  /** At that moment, what was asked for from `fromMs` on and is over is to have no votes any more. */
  lookAt(atMs: number, fromMs: number): void;
}

/** A vote that is left holds the name up for others, wholly when enough are, until its time is over. */
export function watchLeftovers({ time, servers, onFault }: Simulation, names: readonly string[]): Leftovers {
  const violations: Violation[] = [];
  const asked = new Map<string, { at: number; client: string }>();
  const over = new Map<string, { at: number; how: string }>();
  const dead = new Set<string>();
  const reported = new Set<string>();
  onFault(({ kind, client }) => {
    if (kind === "kill" && client !== undefined) dead.add(client);
  });

  function look(fromMs: number): void {
    for (const [i, server] of servers.entries())
      for (const name of names) {
        const record = server.command("GET", `${NAMESPACE}:{${name}}`);
        const holder = typeof record === "string" ? holderOf(record) : undefined;
        if (!holder || holder.expiry <= server.wallMs()) continue;
        const { op } = holder;
        const [begun, ended] = [asked.get(op), over.get(op)];
        if (!begun || begun.at < fromMs || dead.has(begun.client) || reported.has(op)) continue;
        if (!ended || ended.at + PROMPT_MS > time.nowMs) continue;
        reported.add(op);
        const leftMs = Math.round(holder.expiry - server.wallMs());
        const text = `op ${op} ${ended.how} at ${ended.at.toFixed(1)}, and redis-${i + 1} has its vote for "${name}" for ${leftMs} ms to come`;
        violations.push({ promise: "leftovers", at: time.nowMs, ops: [op], text });
      }
  }

  return {
    violations,
    hear(event) {
      if (event.type === "invoked") asked.set(event.op, event);
      else if (event.type === "failed" || event.type === "unknown" || event.type === "released") {
        const how =
          event.type === "released" ? `ended its lease (${event.outcome})` : `ended as ${event.type}`;
        over.set(event.op, { at: event.at, how });
      }
    },
    lookAt(atMs, fromMs) {
      time.at(atMs, () => look(fromMs));
    },
  };
}
