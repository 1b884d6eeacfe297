import type { Operation } from "./events.ts";
import type { History } from "./history.ts";

/** `op 12 (client a)` */
export function opWords(history: History, op: Operation): string {
  const client = history.operations.get(op)?.client;
  return client === undefined ? `op ${op}` : `op ${op} (client ${client})`;
}

const MOST_NAMED = 3;

/** `op 9, op 10 and 4 more` */
export function opsWords(history: History, ops: readonly Operation[]): string {
  const named = ops.slice(0, MOST_NAMED).map((op) => opWords(history, op));
  if (ops.length > MOST_NAMED) named.push(`${ops.length - MOST_NAMED} more`);
  const last = named.pop() ?? "nobody";
  return named.length > 0 ? `${named.join(", ")} and ${last}` : last;
}

/** A time as people read it. */
export function timeWords(at: number): string {
  return at === Number.POSITIVE_INFINITY ? "for ever" : String(Math.round(at * 1000) / 1000);
}

export function nameWords(name: string): string {
  return JSON.stringify(name);
}
