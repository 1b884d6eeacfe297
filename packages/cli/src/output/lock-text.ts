import type { LockJson } from "./lock-json.ts";
import { table } from "./table.ts";
import { printable } from "./text.ts";
import { span } from "./time.ts";

/** A line for each lock. */
export function locksText(locks: readonly LockJson[]): string {
  if (locks.length === 0) return "No locks.";
  const head = ["NAME", "KIND", "STATE", "WAITING", "HELD FOR", "FREE IN", "BY"];
  const rows = locks.map((lock) => {
    const [first] = lock.holders;
    return [
      lock.name,
      lock.kind ?? "-",
      state(lock),
      lock.waiting,
      first ? ago(first.since) : "-",
      first ? span(lastEnd(lock) - Date.now()) : "-",
      first ? holderOf(first.metadata) : "-",
    ];
  });
  return table(head, rows);
}

/** All about one lock. */
export function lockText(lock: LockJson): string {
  const parts = [
    table(
      ["NAME", "KIND", "STATE", "LAST FENCE"],
      [[lock.name, lock.kind ?? "-", state(lock), lock.lastFence || "-"]],
    ),
  ];
  if (lock.holders.length > 0)
    parts.push(
      table(
        ["HOLDER", "MODE", "WEIGHT", "FENCE", "HELD FOR", "FREE IN", "METADATA"],
        lock.holders.map(({ hash, mode, weight, fence, since, expiresAt, metadata }) => {
          return [short(hash), mode, weight, fence, ago(since), until(expiresAt), data(metadata)];
        }),
      ),
    );
  if (lock.waiters.length > 0)
    parts.push(
      table(
        ["WAITER", "PLACE", "MODE", "WEIGHT", "WAITS FOR", "METADATA"],
        lock.waiters.map(({ hash, position, mode, weight, since, metadata }) => {
          return [short(hash), position, mode, weight, ago(since), data(metadata)];
        }),
      ),
    );
  if (lock.waiting > lock.waiters.length)
    parts.push(`and ${lock.waiting - lock.waiters.length} more who wait`);
  return parts.join("\n\n");
}

function state({ held, kind, used, capacity, holders }: LockJson): string {
  if (!held) return "free";
  if (kind === "semaphore") return `${used} of ${capacity}`;
  if (kind === "readwrite" && holders[0]?.mode === "shared") return `${used} reading`;
  return kind === "readwrite" ? "writing" : "held";
}

function lastEnd({ holders }: LockJson): number {
  return Math.max(...holders.map(({ expiresAt }) => Date.parse(expiresAt)));
}

/** Whom people would ask: what this command line writes into the metadata of its leases. */
function holderOf(metadata: unknown): string {
  const { host, pid } = (metadata ?? {}) as { host?: unknown; pid?: unknown };
  return typeof host === "string" ? `${host}${typeof pid === "number" ? `:${pid}` : ""}` : "-";
}

function short(hash: string): string {
  return printable(hash.slice(0, 10));
}

function data(metadata: unknown): string {
  return metadata === null ? "-" : JSON.stringify(metadata);
}

function ago(moment: string): string {
  return span(Date.now() - Date.parse(moment));
}

function until(moment: string): string {
  return span(Date.parse(moment) - Date.now());
}
