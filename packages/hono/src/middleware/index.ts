export type { StoreOptions } from "./connection.ts";
export { type IdempotencyVariables, type IdempotentRun, idempotency } from "./idempotency.ts";
export { type IdempotencyOptions, isFinal } from "./idempotency-options.ts";
export { type LockRouteOptions, type LockRouteVariables, lockRoute, type RouteLocks } from "./lock-route.ts";
export { Refusal, type RefusalCode } from "./refusal.ts";
