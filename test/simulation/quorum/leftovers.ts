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
  /** From then on, votes that have been over for so long are to be gone. */
  lookAt(atMs: number, graceMs: number): void;
}

/** A vote that is left holds the name up for others, wholly when enough are, until its time is over. */
export function watchLeftovers({ time, servers, onFault }: Simulation, names: readonly string[]): Leftovers {
  const violations: Violation[] = [];
  const clients = new Map<string, string>();
  const over = new Map<string, { at: number; how: string }>();
  const dead = new Set<string>();
  const reported = new Set<string>();
  onFault(({ kind, client }) => {
    if (kind === "kill" && client !== undefined) dead.add(client);
  });

  function look(graceMs: number): void {
    for (const [i, server] of servers.entries())
      for (const name of names) {
        const record = server.command("GET", `${NAMESPACE}:{${name}}`);
        const holder = typeof record === "string" ? holderOf(record) : undefined;
        if (!holder || holder.expiry <= server.wallMs()) continue;
        const { op } = holder;
        const ended = over.get(op);
        if (!ended || ended.at + graceMs > time.nowMs || dead.has(clients.get(op) ?? "") || reported.has(op))
          continue;
        reported.add(op);
        const leftMs = Math.round(holder.expiry - server.wallMs());
        const text = `op ${op} ${ended.how} at ${ended.at.toFixed(1)}, and redis-${i + 1} has its vote for "${name}" for ${leftMs} ms to come`;
        violations.push({ promise: "leftovers", at: time.nowMs, ops: [op], text });
      }
  }

  return {
    violations,
    hear(event) {
      if (event.type === "invoked") clients.set(event.op, event.client);
      else if (event.type === "failed" || event.type === "unknown" || event.type === "released") {
        const how =
          event.type === "released" ? `ended its lease (${event.outcome})` : `ended as ${event.type}`;
        over.set(event.op, { at: event.at, how });
      }
    },
    lookAt(atMs, graceMs) {
      time.at(atMs, () => look(graceMs));
    },
  };
}
