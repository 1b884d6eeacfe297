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
  /**
   * How long the holder may rely on it, whatever its clock shows: counted from `waitedMs` after its request left, since this
   * answer can have been given no earlier.
   */
  readonly remainingMs: number;
  /** How long this service has worked on the request: waiting for the lock, above all. */
  readonly waitedMs: number;
  readonly ttlMs: number;
}

/** @param arrivedAt - When the request came, by `performance.now()`: a clock on the wall may be set. */
export function leaseBody(lease: Lease, arrivedAt: number, fence: number = lease.fence): LeaseBody {
  const { name, owner, attemptId, mode, expiresAt, ttlMs } = lease.toJSON();
  const waitedMs = Math.floor(performance.now() - arrivedAt);
  return {
    name,
    owner,
    attemptId,
    fence,
    mode,
    expiresAt,
    remainingMs: lease.remainingMs(),
    waitedMs,
    ttlMs,
  };
}
