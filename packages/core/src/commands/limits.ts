import {
  DAY_MS,
  MAX_CLAIM_MS,
  MAX_LATCH_COUNT,
  MAX_METADATA_LENGTH,
  MAX_NAME_LENGTH,
  MAX_NAMES,
  MAX_PERMITS,
  MAX_WAIT_MS,
  MAX_WAITERS,
  MIN_CLAIM_MS,
  MIN_KEEP_MS,
  MIN_TTL_MS,
} from "../locks/limits.ts";

/** From `min` to `max`, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

type Limited =
  | "nameLength"
  | "metadataLength"
  | "ttlMs"
  | "lockDelayMs"
  | "claimMs"
  | "waitMs"
  | "maxWaiters"
  | "permits"
  | "names"
  | "latchCount"
  | "latchKeepMs";

/**
 * What `createLocks` takes, for whoever checks it on the way: whole numbers, durations in milliseconds, lengths in
 * UTF-16 units (that of metadata as JSON). A wait may also be without end.
 */
export const LIMITS: Readonly<Record<Limited, Range>> = {
  nameLength: { min: 1, max: MAX_NAME_LENGTH },
  metadataLength: { min: 0, max: MAX_METADATA_LENGTH },
  ttlMs: { min: MIN_TTL_MS, max: DAY_MS },
  lockDelayMs: { min: 0, max: DAY_MS },
  claimMs: { min: MIN_CLAIM_MS, max: MAX_CLAIM_MS },
  waitMs: { min: 0, max: MAX_WAIT_MS },
  maxWaiters: { min: 1, max: MAX_WAITERS },
  permits: { min: 1, max: MAX_PERMITS },
  names: { min: 1, max: MAX_NAMES },
  latchCount: { min: 1, max: MAX_LATCH_COUNT },
  latchKeepMs: { min: MIN_KEEP_MS, max: DAY_MS },
};
