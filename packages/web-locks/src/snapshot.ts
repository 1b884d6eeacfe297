import type { Inspection } from "@holdfast/core";
import type { LocksBelow } from "./manager-options.ts";
import { nameAbove } from "./names.ts";
import type { LockInfo, LockManagerSnapshot, LockMode } from "./types.ts";

/** The most that a page can have: the database may hold much besides locks, and each page is a request. */
const LIMIT = 1000;

/** What is held and waited for in the namespace. Of each name it is one moment. */
export async function snapshot(locks: LocksBelow): Promise<LockManagerSnapshot> {
  // A name may come up on two pages; what was seen last counts.
  const seen = new Map<string, Inspection>();
  let cursor: string | undefined;
  do {
    const page = await locks.list({ limit: LIMIT, ...(cursor !== undefined && { cursor }) });
    for (const lock of page.locks) if (lock.kind === "readwrite") seen.set(lock.name, lock);
    cursor = page.cursor;
  } while (cursor !== undefined);

  const held: LockInfo[] = [];
  const pending: LockInfo[] = [];
  for (const { name, holders, waiters } of seen.values()) {
    for (const holder of holders) held.push(info(name, holder));
    for (const waiter of waiters) pending.push(info(name, waiter));
  }
  return { held, pending };
}

function info(name: string, { mode, metadata }: { mode: string; metadata: unknown }): LockInfo {
  const { clientId } = (metadata ?? {}) as { clientId?: unknown };
  return {
    name: nameAbove(name),
    mode: mode as LockMode,
    clientId: typeof clientId === "string" ? clientId : "",
  };
}
