export type { LockSource, RestEndpoint, UpstashRedisClient } from "../source.ts";
export { ExecutionError, ResourceLockedError } from "./errors.ts";
export type { RedlockAbortSignal } from "./holding.ts";
export { type ExecutionResult, Lock } from "./lock.ts";
export { Redlock, Redlock as default } from "./redlock.ts";
export type { Settings } from "./settings.ts";
export type { Client, ExecutionStats } from "./vote.ts";
