import { checkKnown, checkMs, checkSignal, checkWhole } from "../check.ts";
import { invalid } from "../errors.ts";
import type { Lease } from "../lease/lease.ts";
import {
  DAY_MS,
  MAX_CLAIM_MS,
  MAX_METADATA_LENGTH,
  MAX_WAIT_MS,
  MAX_WAITERS,
  MIN_CLAIM_MS,
  MIN_TTL_MS,
  TOKEN_PATTERN,
} from "./limits.ts";

/** Renew the lease while it is held: never, until it is released, or until it was held for `maxHoldMs`. */
export type Renewal = boolean | { readonly maxHoldMs: number };

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface TryAcquireOptions {
  /** How long the lease lasts unless it is extended. 10 to 86,400,000 ms (24 h); default 30,000. */
  readonly ttlMs?: number;
  /**
   * Extends the lease in the background. `true` means for at most 24 hours. Default: `request` renews until its
   * function settles, `acquire` and `tryAcquire` do not renew.
   */
  readonly renew?: Renewal;
  /** Ends the wait; the call rejects with the signal's reason. Without effect once the lease is granted. */
  readonly signal?: AbortSignal;
  /**
   * Keeps the name closed for this long after the lease ran out without being released, in case its holder still
   * writes (Chubby's and Consul's lock-delay). 0 to 86,400,000 ms; default 0.
   */
  readonly lockDelayMs?: number;
  /** Shown by `inspect`. At most 1,024 characters of JSON. Not a place for secrets. */
  readonly metadata?: Json;
  /**
   * Names this attempt, so that a repetition by another process gets the same lease. 8 to 128 of the characters
   * A-Z a-z 0-9 _ . : - and as hard to guess as the lease is worth: who knows it can ask for the lease.
   * Default: made anew for each call, which already makes the SDK's own retries safe.
   */
  readonly attemptId?: string;
  /**
   * Re-entry: a lease of the same name that the caller already has. The new one is a level inside it, without a
   * request: same owner, fence and end. Other options are then without effect.
   */
  readonly within?: Lease;
}

export interface AcquireOptions extends TryAcquireOptions {
  /**
   * How long to wait for the lock, the network included. 0 asks once. At most 2,147,483,647, or `Infinity`.
   * Default 10,000 ms.
   */
  readonly waitMs?: number;
  /**
   * First come, first served. `false` takes what is free even before those who wait: permits that the first in line does not
   * fit into, a read lock before a waiting writer. A mutex is never free while somebody waits. Default true.
   */
  readonly fair?: boolean;
  /** Turns away with a LockTimeoutError instead of waiting behind this many others. 1 to 1,000,000; default no limit. */
  readonly maxWaiters?: number;
  /**
   * The most requests this wait may send, for platforms that count them. The pauses between looks grow so that they
   * last until `waitMs`; with `waitMs: Infinity` the wait times out when they are used up. 2 to 1,000,000; default no
   * limit.
   */
  readonly maxRequests?: number;
  /**
   * How long a grant out of the queue waits to be taken up, so what a waiter that died costs those behind it.
   * 100 to 60,000 ms; default 2,000. It must be longer than a round trip.
   */
  readonly claimMs?: number;
  /**
   * Takes the name at once: ends every lease of it, as `forceRelease`, and goes before those who wait, in one step. For
   * people and for recovery: whoever held it learns it at its next request to the store, and only the fence keeps it from
   * writing until then. Default false.
   */
  readonly steal?: boolean;
  /**
   * Hears when the store has given this wait its place in the queue (`taken`), and when nothing of it is left there
   * after it ended without a lease (`left`), which is after the call has rejected. So a caller can tell in which order
   * the store saw what it did. It runs on the lock's own path: keep it short. What it throws is dropped.
   */
  readonly onPlace?: (place: "taken" | "left") => void;
}

/** Options that `createLocks` can set for all calls. */
export type DefaultOptions = Pick<AcquireOptions, (typeof KNOWN_DEFAULTS)[number]>;

/** @internal Checked, with every default filled in. */
export interface ParsedOptions {
  readonly ttlMs: number;
  readonly waitMs: number;
  /** 0: not renewed. */
  readonly maxHoldMs: number;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Json | undefined;
  readonly metadataJson: string;
  readonly attemptId: string | undefined;
  readonly within: Lease | undefined;
  readonly lockDelayMs: number;
  readonly fair: boolean;
  /** 0: no limit. */
  readonly maxWaiters: number;
  readonly maxRequests: number;
  readonly claimMs: number;
  readonly steal: boolean;
  readonly onPlace: ((place: "taken" | "left") => void) | undefined;
}

const KNOWN_DEFAULTS = [
  "ttlMs",
  "waitMs",
  "renew",
  "lockDelayMs",
  "fair",
  "maxWaiters",
  "maxRequests",
  "claimMs",
] as const;
const KNOWN = [...KNOWN_DEFAULTS, "signal", "metadata", "attemptId", "within", "steal", "onPlace"];

export function parseOptions(
  given: AcquireOptions = {},
  defaults: DefaultOptions,
  renewByDefault: boolean,
): ParsedOptions {
  const options: { -readonly [Name in keyof AcquireOptions]: AcquireOptions[Name] } = {
    ...checkKnown(given, KNOWN, "option"),
  };
  for (const key of KNOWN_DEFAULTS) if (options[key] === undefined) options[key] = defaults[key] as never;
  const {
    ttlMs = 30_000,
    waitMs = 10_000,
    renew = renewByDefault,
    signal,
    metadata,
    attemptId,
    within,
    lockDelayMs = 0,
    fair = true,
    maxWaiters,
    maxRequests,
    claimMs = 2000,
    steal = false,
    onPlace,
  } = options;
  checkTtl(ttlMs);
  if (typeof fair !== "boolean") throw invalid("fair must be true or false.");
  if (typeof steal !== "boolean") throw invalid("steal must be true or false.");
  if (onPlace !== undefined && typeof onPlace !== "function") throw invalid("onPlace must be a function.");
  checkSignal(signal);
  if (attemptId !== undefined && (typeof attemptId !== "string" || !TOKEN_PATTERN.test(attemptId)))
    throw invalid("attemptId must be 8 to 128 of the characters A-Z a-z 0-9 _ . : -");

  return {
    ttlMs,
    waitMs: checkWait(waitMs),
    maxHoldMs: maxHold(renew, ttlMs),
    signal,
    metadata,
    metadataJson: metadata === undefined ? "" : toJson(metadata),
    attemptId,
    within,
    lockDelayMs: checkMs("lockDelayMs", lockDelayMs, 0, DAY_MS),
    fair,
    maxWaiters: maxWaiters === undefined ? 0 : checkWhole("maxWaiters", maxWaiters, 1, MAX_WAITERS),
    maxRequests:
      maxRequests === undefined
        ? Number.POSITIVE_INFINITY
        : checkWhole("maxRequests", maxRequests, 2, 1_000_000),
    claimMs: checkMs("claimMs", claimMs, MIN_CLAIM_MS, MAX_CLAIM_MS),
    steal,
    onPlace,
  };
}

export function checkDefaults(defaults: DefaultOptions = {}): DefaultOptions {
  const known = checkKnown(defaults, KNOWN_DEFAULTS, "default");
  parseOptions(known, {}, false);
  return known;
}

export function checkTtl(value: unknown): number {
  return checkMs("ttlMs", value, MIN_TTL_MS, DAY_MS);
}

function checkWait(value: unknown): number {
  return value === Number.POSITIVE_INFINITY
    ? value
    : checkMs("waitMs", value, 0, MAX_WAIT_MS, " or Infinity");
}

function maxHold(renew: unknown, ttlMs: number): number {
  if (renew === false) return 0;
  if (renew === true) return DAY_MS;
  if (typeof renew !== "object" || renew === null)
    throw invalid("renew must be true, false or { maxHoldMs }.");
  const { maxHoldMs } = checkKnown({ ...renew } as { maxHoldMs?: unknown }, ["maxHoldMs"], "renew option");
  return checkMs("renew.maxHoldMs", maxHoldMs, ttlMs, MAX_WAIT_MS, " (at least ttlMs)");
}

function toJson(metadata: Json): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch {}
  if (json === undefined) throw invalid("metadata must be a value that JSON can carry.");
  if (json.length > MAX_METADATA_LENGTH)
    throw invalid(`metadata has at most ${MAX_METADATA_LENGTH} characters of JSON; this has ${json.length}.`);
  return json;
}
