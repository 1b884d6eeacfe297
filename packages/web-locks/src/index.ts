export { createLockManager } from "./lock-manager.ts";
export type { LockManagerOptions, LocksBelow } from "./manager-options.ts";
export type {
  Lock,
  LockGrantedCallback,
  LockInfo,
  LockManager,
  LockManagerSnapshot,
  LockMode,
  LockOptions,
} from "./types.ts";
