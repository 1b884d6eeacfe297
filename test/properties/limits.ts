import fc from "fast-check";
import { anything, around, SECRET } from "./values.ts";

/**
 * The documented limits, written down a second time as a model: what the SDK makes of an option has to agree with
 * what its JSDoc says, whatever is passed.
 */
export interface Limit {
  /** Values good and bad, most of them near the border. Without `undefined`, which is "not given" everywhere. */
  readonly values: fc.Arbitrary<unknown>;
  good(value: unknown): boolean;
}

const DAY_MS = 86_400_000;
const MAX_MS = 2_147_483_647;
const PLAIN = /^[A-Za-z0-9_.:-]{8,128}$/;

export function whole(min: number, max: number, ...besides: unknown[]): Limit {
  return {
    values: fc.oneof(around(min, max), fc.integer({ min, max }), fc.constantFrom(min, max, ...besides)),
    good: (value) =>
      besides.includes(value) ||
      (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max),
  };
}

const signal: Limit = {
  values: fc.oneof(
    fc.constant(0).map(() => new AbortController().signal),
    fc.constant(0).map(() => AbortSignal.abort(SECRET)),
    fc.constantFrom<unknown[]>(
      new EventTarget(),
      new AbortController(),
      { aborted: true },
      { addEventListener() {} },
    ),
    anything,
  ),
  good: (value) => value instanceof AbortSignal,
};

const metadata: Limit = {
  values: fc.oneof(
    fc.jsonValue(),
    fc.integer({ min: 1018, max: 1028 }).map((length) => "x".repeat(length)),
    anything,
  ),
  good(value) {
    try {
      const json: unknown = JSON.stringify(value);
      return typeof json === "string" && json.length <= 1024;
    } catch {
      return false;
    }
  },
};

const attemptId: Limit = {
  values: fc.oneof(
    fc.stringMatching(PLAIN),
    fc.stringMatching(/^[A-Za-z0-9_.:-]{6,9}$/),
    fc.string({ minLength: 7, maxLength: 130 }),
    fc.constantFrom(`${SECRET}\n`, `${SECRET} `, "x".repeat(128), "x".repeat(129)),
    anything,
  ),
  good: (value) => typeof value === "string" && PLAIN.test(value) && !value.endsWith("\n"),
};

const flag: Limit = {
  values: fc.oneof(fc.boolean(), anything),
  good: (value) => typeof value === "boolean",
};

const maxHold = around(10, 30_000, DAY_MS, MAX_MS);
/** Alone; with `ttlMs` see {@link fits}. */
const renew: Limit = {
  values: fc.oneof(
    fc.boolean(),
    maxHold.map((maxHoldMs) => ({ maxHoldMs })),
    fc.integer({ min: 1, max: MAX_MS }).map((maxHoldMs) => ({ maxHoldMs })),
    maxHold.map((maxHoldMs) => ({ maxHoldMs, more: 1 })),
    anything,
  ),
  good: (value) =>
    typeof value === "boolean" || (isRecord(value) && hasOnly(value, ["maxHoldMs"]) && "maxHoldMs" in value),
};

/** No lease that the caller has is among these values. */
const within: Limit = {
  values: fc.oneof(fc.constantFrom<unknown[]>({ name: "name" }, ""), anything),
  good: () => false,
};

const text = (pattern: RegExp): Limit => ({
  values: fc.oneof(fc.stringMatching(pattern), anything),
  good: (value) => typeof value === "string" && pattern.test(value) && !value.endsWith("\n"),
});

const ttlMs = whole(10, DAY_MS);
const waitMs = whole(0, MAX_MS, Number.POSITIVE_INFINITY);

export type Limits = Readonly<Record<string, Limit>>;

export const defaults: Limits = {
  ttlMs,
  waitMs,
  renew,
  lockDelayMs: whole(0, DAY_MS),
  fair: flag,
  maxWaiters: whole(1, 1_000_000),
  maxRequests: whole(2, 1_000_000),
  claimMs: whole(100, 60_000),
};

const onPlace: Limit = {
  values: fc.oneof(
    fc.constant(() => {}),
    anything,
  ),
  good: (value) => typeof value === "function",
};
const taking: Limits = { ...defaults, signal, metadata, attemptId, within };
const { waitMs: _, maxWaiters: __, maxRequests: ___, ...trying } = taking;
export const acquire: Limits = { ...taking, steal: flag, onPlace };
export const tryAcquire: Limits = trying;
export const acquireAll: Limits = { ...taking, steal: { ...flag, good: (value) => value === false } };
export const withWeight = (limits: Limits, permits: number): Limits => ({
  ...limits,
  weight: whole(1, permits),
});

export const campaign: Limits = { signal, metadata, ttlMs, maxHoldMs: whole(1, MAX_MS) };
export const observe: Limits = { signal, intervalMs: whole(100, 3_600_000) };
export const latch: Limits = { count: whole(1, 100_000), keepMs: whole(1000, DAY_MS) };
export const countDown: Limits = { attemptId, signal };
export const latchWait: Limits = { waitMs, signal };
export const list: Limits = {
  prefix: {
    values: fc.oneof(fc.string({ maxLength: 600, size: "max" }), anything),
    good: (value) => typeof value === "string" && value.length <= 512,
  },
  cursor: text(/^\d{1,20}$/),
  limit: whole(1, 1000),
};
export const semaphore: Limits = { permits: whole(1, 1_000_000) };
export const guardedSet: Limits = {
  fence: whole(1, Number.MAX_SAFE_INTEGER),
  ttlMs: whole(1, 365 * DAY_MS),
  signal,
};
const { ttlMs: ____, ...deleting } = guardedSet;
export const guardedDelete: Limits = deleting;
export const guard: Limits = { keepMs: whole(60_000, 30 * DAY_MS) };
export const retry: Limits = {
  retries: whole(0, 1000),
  minDelayMs: whole(0, MAX_MS),
  maxDelayMs: whole(0, MAX_MS),
};
export const timeoutMs = whole(1, MAX_MS);

/** Whether `value` is what a function with these options takes, each for itself. `undefined` is not given. */
export function fits(limits: Limits, value: unknown): boolean {
  if (!isRecord(value) || !hasOnly(value, Object.keys(limits))) return false;
  return Object.entries(value).every(([key, given]) => given === undefined || limits[key]?.good(given));
}

/** Whether a renewal that is limited is given at least one lease. */
export function holdFits(ttl: unknown, hold: unknown): boolean {
  return whole(Number(ttl ?? 30_000), MAX_MS).good(hold);
}

/** Options good and bad: some of those that are known, seldom one that is not, seldom no options at all. */
export function optionsOf(limits: Limits): fc.Arbitrary<unknown> {
  // Of many options most are left out, so that records are often good as a whole.
  const absent = { weight: Object.keys(limits).length, arbitrary: fc.constant(undefined) };
  const known = Object.fromEntries(
    Object.entries(limits).map(([key, { values }]) => [
      key,
      fc.oneof(absent, { weight: 3, arbitrary: values }),
    ]),
  );
  const record = fc.record(known, { requiredKeys: [] });
  const unknown = fc.constantFrom(
    "ttl",
    "timeout",
    "TTLMS",
    "__proto__",
    "constructor",
    "toString",
    "then",
    "",
  );
  return fc.oneof(
    { weight: 12, arbitrary: record },
    {
      weight: 1,
      arbitrary: fc.tuple(record, unknown, anything).map(([options, key, value]) => {
        return Object.defineProperty(options, key, { value, enumerable: true });
      }),
    },
    { weight: 1, arbitrary: anything },
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasOnly(value: object, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}
