import { invalid } from "../errors.ts";

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
  /** Shown by `inspect`. At most 1,024 characters of JSON. Not a place for secrets. */
  readonly metadata?: Json;
  /**
   * Names this attempt, so that a repetition by another process gets the same lease. 8 to 128 of the characters
   * A-Z a-z 0-9 _ . : - and as hard to guess as the lease is worth: who knows it can ask for the lease.
   * Default: made anew for each call, which already makes the SDK's own retries safe.
   */
  readonly attemptId?: string;
}

export interface AcquireOptions extends TryAcquireOptions {
  /**
   * How long to wait for the lock, the network included. 0 asks once. At most 2,147,483,647, or `Infinity`.
   * Default 10,000 ms.
   */
  readonly waitMs?: number;
}

/** Options that `createLocks` can set for all calls. */
export type DefaultOptions = Pick<AcquireOptions, "ttlMs" | "waitMs" | "renew">;

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
}

export const DAY_MS = 86_400_000;
export const MIN_TTL_MS = 10;
const MAX_WAIT_MS = 2_147_483_647;
const MAX_METADATA = 1024;

const KNOWN = ["ttlMs", "waitMs", "renew", "signal", "metadata", "attemptId"];
const KNOWN_DEFAULTS = ["ttlMs", "waitMs", "renew"];

export function parseOptions(
  given: AcquireOptions | undefined,
  defaults: DefaultOptions,
  renewByDefault: boolean,
): ParsedOptions {
  const options = checkKnown(given ?? {}, KNOWN, "option");
  const ttlMs = checkTtl(options.ttlMs ?? defaults.ttlMs ?? 30_000);
  const { signal, metadata, attemptId } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== "function")
    throw invalid("signal must be an AbortSignal.");
  if (attemptId !== undefined && (typeof attemptId !== "string" || !/^[\w.:-]{8,128}$/.test(attemptId)))
    throw invalid("attemptId must be 8 to 128 of the characters A-Z a-z 0-9 _ . : -");

  return {
    ttlMs,
    waitMs: checkWait(options.waitMs ?? defaults.waitMs ?? 10_000),
    maxHoldMs: maxHold(options.renew ?? defaults.renew ?? renewByDefault, ttlMs),
    signal,
    metadata,
    metadataJson: metadata === undefined ? "" : toJson(metadata),
    attemptId,
  };
}

export function checkDefaults(defaults: DefaultOptions | undefined): DefaultOptions {
  const known = checkKnown(defaults ?? {}, KNOWN_DEFAULTS, "default");
  parseOptions(known, {}, false);
  return known;
}

export function checkTtl(value: unknown): number {
  return checkMs("ttlMs", value, MIN_TTL_MS, DAY_MS);
}

/** An object none of whose keys is a misspelling. */
export function checkKnown<T extends object>(value: T, known: readonly string[], what: string): T {
  if (typeof value !== "object" || value === null) throw invalid(`${what}s must be given as an object.`);
  for (const key of Object.keys(value))
    if (!known.includes(key))
      throw invalid(`unknown ${what} ${JSON.stringify(key)}; known are ${known.join(", ")}.`);
  return value;
}

function checkWait(value: unknown): number {
  return value === Number.POSITIVE_INFINITY ? value : checkMs("waitMs", value, 0, MAX_WAIT_MS);
}

function maxHold(renew: unknown, ttlMs: number): number {
  if (renew === false) return 0;
  if (renew === true) return DAY_MS;
  if (typeof renew !== "object" || renew === null)
    throw invalid("renew must be true, false or { maxHoldMs }.");
  const { maxHoldMs } = checkKnown(renew as { maxHoldMs?: unknown }, ["maxHoldMs"], "renew option");
  return checkMs("renew.maxHoldMs", maxHoldMs, ttlMs, MAX_WAIT_MS);
}

function checkMs(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const hint = name === "renew.maxHoldMs" ? " (at least ttlMs)" : "";
  throw invalid(
    `${name} must be a whole number of milliseconds from ${min} to ${max}${hint}, not ${String(value)}.`,
  );
}

function toJson(metadata: Json): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch {}
  if (json === undefined) throw invalid("metadata must be a value that JSON can carry.");
  if (json.length > MAX_METADATA)
    throw invalid(`metadata has at most ${MAX_METADATA} characters of JSON; this has ${json.length}.`);
  return json;
}
