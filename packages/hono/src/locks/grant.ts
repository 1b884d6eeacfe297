import type { Claim } from "@holdfast/core/commands";
import type { LeaseBody } from "@holdfast/protocol";

/** What is known of a lease that was granted or extended just now. */
export interface Grant {
  readonly name: string;
  readonly claim: Claim;
  readonly fence: number;
  readonly mode: LeaseBody["mode"];
  readonly ttlMs: number;
  /** As the store answered. */
  readonly remainingMs: number;
  /** How long the lock was waited for; 0 when it was free. */
  readonly waitedMs?: number;
  readonly storeTime?: number;
  /** With several names: all of them, and the fence of each. */
  readonly names?: readonly string[];
  readonly fences?: readonly number[];
}

export function leaseBody(grant: Grant): LeaseBody {
  const { name, claim, fence, mode, ttlMs, remainingMs, waitedMs = 0, storeTime, names, fences } = grant;
  return {
    name,
    ...(names && { names: [...names] }),
    ...(fences && { fences: [...fences] }),
    owner: claim.owner,
    attemptId: claim.attempt,
    fence,
    mode,
    expiresAt: Math.floor(Date.now() + remainingMs),
    remainingMs: Math.max(0, Math.floor(remainingMs)),
    waitedMs,
    ttlMs,
    ...(storeTime !== undefined && { storeTime }),
  };
}
