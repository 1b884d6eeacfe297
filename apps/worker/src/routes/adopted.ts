import type { Lease, Locks } from "@holdfast/core";

export interface Held {
  readonly owner: string;
  readonly attemptId?: string | undefined;
  readonly fence?: number | undefined;
}

/** The lease that a caller says it holds; the store decides whether it does. An attempt that nobody named has its owner's name. */
export function adopted(locks: Locks, name: string, held: Held, ttlMs: number): Lease {
  const { owner, attemptId = owner, fence = 0 } = held;
  const now = Date.now();
  return locks.adopt({
    version: 1,
    name,
    mode: "exclusive",
    owner,
    attemptId,
    fence,
    acquiredAt: now,
    expiresAt: now,
    ttlMs,
  });
}
