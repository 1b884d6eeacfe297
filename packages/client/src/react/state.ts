import type { HoldfastError, Lease, LossReason } from "@holdfast/core";

/** What `useLock` shows. */
export type LockState =
  /** Not wanted: not enabled, or released. */
  | { readonly status: "idle" }
  /** Waiting its turn. Both are missing until the service has told: the place in the queue, from 1, and when the lease in the way ends. */
  | { readonly status: "waiting"; readonly position?: number; readonly freeInMs?: number }
  | { readonly status: "held"; readonly lease: Lease }
  /** The lease can no longer be relied on. `retry()` asks for another. */
  | { readonly status: "lost"; readonly reason: LossReason }
  /** It was not got: a `LockTimeoutError` after `waitMs`, or what else went wrong. `retry()` asks again. */
  | { readonly status: "failed"; readonly error: HoldfastError };

export const IDLE: LockState = { status: "idle" };
export const WAITING: LockState = { status: "waiting" };
