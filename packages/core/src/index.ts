export { type Clock, systemClock } from "./clock.ts";
export type { CampaignOptions, Election, Leadership } from "./election/election.ts";
export type { Leader } from "./election/leader.ts";
export type { ObserveOptions } from "./election/observe.ts";
export {
  type ErrorCode,
  HoldfastError,
  LockLostError,
  LockTimeoutError,
  type LossReason,
  type WaitState,
} from "./errors.ts";
export type { EventListener, LockEvent } from "./events.ts";
export {
  createGuard,
  type Guard,
  type GuardedDeleteOptions,
  type GuardedRead,
  type GuardedSetOptions,
  type GuardedWrite,
  type GuardOptions,
} from "./guard/create-guard.ts";
export type { CountDownOptions, Latch, LatchOptions, LatchWaitOptions } from "./latch/latch.ts";
export type { Lease, LeaseJSON, LeaseMode, ReleaseOutcome } from "./lease/lease.ts";
export type { LockKind } from "./lock/target.ts";
export type { LocksOptions } from "./locks/context.ts";
export { createLocks, type Locks } from "./locks/create-locks.ts";
export type { Holder, InspectedNode, Inspection, ListOptions, LockPage, Waiter } from "./locks/inspection.ts";
export type { Mutexes } from "./locks/mutexes.ts";
export type { AcquireOptions, DefaultOptions, Json, Renewal, TryAcquireOptions } from "./locks/options.ts";
export type { ReadWriteLock } from "./locks/read-write.ts";
export type { Semaphore, Weight } from "./locks/semaphore.ts";
export type { LockVerbs } from "./locks/verbs.ts";
export { type FoundingOptions, foundQuorum } from "./quorum/admission.ts";
export type { NodeHealth, NodeState } from "./quorum/health.ts";
export type { QuorumOptions } from "./quorum/options.ts";
export { type HealthOptions, type QuorumStore, quorumStore } from "./quorum/quorum-store.ts";
export { type AcksOptions, unproven } from "./store/acks.ts";
export { type Answer, exchange } from "./store/exchange.ts";
export type { RestStoreOptions } from "./store/rest-options.ts";
export { restStore } from "./store/rest-store.ts";
export {
  parseRetryPolicy,
  type RetryPolicy,
  spent,
  type TryFailure,
  type TryOutcome,
  withRetries,
} from "./store/retry.ts";
export { retryAfterMs } from "./store/retry-after.ts";
export { KEY_LOCKING, type Script } from "./store/script.ts";
export {
  type CommandReply,
  createScriptRunner,
  type ScriptRunner,
  type SendCommand,
} from "./store/script-runner.ts";
export { isBusy, serverError } from "./store/server-error.ts";
export type {
  NodeVote,
  Reply,
  RetryInfo,
  RetryReason,
  RunOptions,
  Store,
  StoreNotice,
  Subscription,
} from "./store/store.ts";
export { parseStoreTiming, type StoreTiming } from "./store/timing.ts";
export { within } from "./store/within.ts";
