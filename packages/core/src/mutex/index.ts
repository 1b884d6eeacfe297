export { type Clock, systemClock } from "../clock.ts";
export {
  type ErrorCode,
  HoldfastError,
  LockLostError,
  LockTimeoutError,
  type LossReason,
  type WaitState,
} from "../errors.ts";
export type { EventListener, LockEvent } from "../events.ts";
export type { Lease, LeaseJSON, LeaseMode, ReleaseOutcome } from "../lease/lease.ts";
export type { LocksOptions } from "../locks/context.ts";
export { createMutexes, type Mutexes } from "../locks/mutexes.ts";
export type { AcquireOptions, DefaultOptions, Json, Renewal, TryAcquireOptions } from "../locks/options.ts";
export type { RestStoreOptions } from "../store/rest-options.ts";
export { restStore } from "../store/rest-store.ts";
export type { RetryPolicy } from "../store/retry.ts";
export type { Script } from "../store/script.ts";
export type {
  NodeVote,
  Reply,
  RetryInfo,
  RetryReason,
  RunOptions,
  Store,
  StoreNotice,
  Subscription,
} from "../store/store.ts";
