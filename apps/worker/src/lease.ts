import type { Lease } from "@holdfast/core";

/** A lease over HTTP. `owner` is its holder's secret. */
export interface LeaseBody {
  readonly name: string;
  readonly owner: string;
  readonly attemptId: string;
  readonly fence: number;
  readonly mode: string;
  /** By this service's clock, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** How long the holder may rely on it, counted from when its request left, whatever its clock shows. */
  readonly remainingMs: number;
  readonly ttlMs: number;
}

export function leaseBody(lease: Lease, fence: number = lease.fence): LeaseBody {
  const { name, owner, attemptId, mode, expiresAt, ttlMs } = lease.toJSON();
  return { name, owner, attemptId, fence, mode, expiresAt, remainingMs: lease.remainingMs(), ttlMs };
}
