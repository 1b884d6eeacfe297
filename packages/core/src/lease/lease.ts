import type { Json } from "../locks/options.ts";

/** Whether others can hold the name at the same time. */
export type LeaseMode = "exclusive" | "shared";

/**
 * What `release()` found: the lease was held until now (`released`), had run out (`expired`), or had been taken
 * away before its time (`lost`).
 */
export type ReleaseOutcome = "released" | "expired" | "lost";

/** A lease on its way to another process. Whoever has it can extend and release: keep it as secret as a token. */
export interface LeaseJSON {
  readonly version: 1;
  readonly name: string;
  readonly mode: LeaseMode;
  readonly owner: string;
  readonly attemptId: string;
  readonly fence: number;
  /** With several names: all of them, and the fence of each. */
  readonly names?: readonly string[];
  readonly fences?: readonly number[];
  readonly metadata?: Json;
  readonly acquiredAt: number;
  readonly expiresAt: number;
  readonly ttlMs: number;
}

/**
 * The right to a name for a limited time.
 *
 * A lease ends by `release()`, or it is lost; then `signal` aborts with a `LockLostError`, at the latest when its
 * time is over, whether or not the store can be reached. Code that must never write late sends `fence` along
 * with each write and has the resource refuse a smaller one than it has seen.
 */
export interface Lease extends AsyncDisposable {
  /** The name; the first one if there are several. */
  readonly name: string;
  /** All names: more than one after `acquireAll`. */
  readonly names: readonly string[];
  readonly mode: LeaseMode;
  /** Proves ownership. A secret. */
  readonly owner: string;
  /** Greater than the fence of every earlier lease of each of the names. A safe integer. */
  readonly fence: number;
  readonly metadata: Json | undefined;
  /** When the lease was asked for, in milliseconds since the epoch by the local clock. */
  readonly acquiredAt: number;
  /** Until when the holder may rely on it, in milliseconds since the epoch by the local clock. */
  readonly expiresAt: number;
  /** How long the holder may still rely on the lease, in milliseconds; 0 once it may not. */
  remainingMs(): number;
  /** Aborts with a `LockLostError` when the lease is lost. Stays quiet after `release()`. */
  readonly signal: AbortSignal;
  /**
   * Makes the lease last `ttlMs` from now (default: the TTL it was acquired with). Never shortens it.
   *
   * @returns the milliseconds it can now be relied on.
   * @throws LockLostError when it is lost; HoldfastError `unavailable` when the store did not answer in time, and
   * the lease is as it was.
   */
  extend(ttlMs?: number): Promise<number>;
  /**
   * Gives the name back. Calling it again answers the same.
   *
   * @throws HoldfastError `unavailable` when the store did not answer. The lease is not to be relied on all the
   * same; releasing goes on in the background, and the name is free at `expiresAt` at the latest.
   */
  release(): Promise<ReleaseOutcome>;
  /** For `locks.adopt` in another process. Contains the owner token. */
  toJSON(): LeaseJSON;
}
