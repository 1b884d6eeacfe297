import { HoldfastError } from "@holdfast/core";
import { checkKnown, checkWhole } from "@holdfast/core/commands";
import type { Once, OnceOptions } from "@holdfast/cron";
import type { Context, Env } from "hono";
import type { StoreOptions } from "./connection.ts";
import { callerOf } from "./fingerprint.ts";

interface Settings<E extends Env> {
  /** Whether POST and PATCH need a key. Without one they are answered 400, or passed on. Default true. */
  readonly required?: boolean;
  /**
   * Whose key it is: a caller sees answers of its own keys only. Default: the Authorization header, and an error without one.
   * A token that is renewed between two tries makes another caller, so give the user's id where there is one.
   */
  readonly scope?: (c: Context<E>) => string | Promise<string>;
  /** Request headers that make a request another one, besides method, path, query and body. Default `content-type`. */
  readonly fingerprintHeaders?: readonly string[];
  /** Response headers to keep besides those that describe the body. Default `location`. Never `set-cookie`. */
  readonly keepHeaders?: readonly string[];
  /** Which answers are kept. The others free the key. Default {@link isFinal}. */
  readonly remember?: (response: Response) => boolean;
  /** The longest body of a request with a key. 0 to 104,857,600 bytes; default 1,048,576. It is read into memory. */
  readonly maxRequestBytes?: number;
  /** The longest answer that is kept. 0 to 524,288 bytes; default 65,536. A longer one reaches the first caller only. */
  readonly maxAnswerBytes?: number;
  /** How long to wait for the first request with the key. Default 0: 409 at once, with Retry-After. */
  readonly waitMs?: number;
  /** How long an answer is kept. 1,000 to 31,622,400,000 ms (366 days); default 86,400,000 (24 h). */
  readonly keepForMs?: number;
  /** How long a key stays blocked after a crash. 100 ms to `lockAtMostForMs`; default 30,000. It is renewed. */
  readonly ttlMs?: number;
  /** The longest that a request may take; then `c.var.idempotency.signal` aborts and the key is free. Default 300,000 ms. */
  readonly lockAtMostForMs?: number;
}

/** Where the answers are kept, and how requests are told apart. */
export type IdempotencyOptions<E extends Env = Env> = Settings<E> &
  (
    | StoreOptions<E>
    /** Instead of a store: a `once` of `@holdfast/cron` that is there already. */
    | { readonly once: (c: Context<E>) => Once; readonly store?: undefined }
  );

export type CheckedIdempotency<E extends Env> = Required<Settings<E>> & { readonly times: OnceOptions };

const KNOWN = [
  ...["store", "namespace", "once", "required", "scope", "fingerprintHeaders", "keepHeaders", "remember"],
  ...["maxRequestBytes", "maxAnswerBytes", "waitMs", "keepForMs", "ttlMs", "lockAtMostForMs"],
];
const MOST_REQUEST_BYTES = 104_857_600;
const MOST_ANSWER_BYTES = 524_288;

/** How long a handler has to stop by itself. Its caller waits meanwhile. */
const GRACE_MS = 1000;

/** Answers that tell to come back, or that depend on the caller's rights at the moment. */
const PASSING = [401, 408, 409, 421, 423, 425, 429];

/** Whether an answer holds for good: below 500, none of 401, 408, 409, 421, 423, 425, 429, and without Retry-After. */
export function isFinal({ status, headers }: Response): boolean {
  return status < 500 && !PASSING.includes(status) && !headers.has("retry-after");
}

/** @throws HoldfastError `invalid-argument`; the durations are checked where they are used. */
export function checkIdempotency<E extends Env>(options: IdempotencyOptions<E>): CheckedIdempotency<E> {
  checkKnown(options, KNOWN, "idempotency option");
  const {
    required = true,
    scope = callerOf,
    remember = isFinal,
    waitMs = 0,
    keepForMs = 86_400_000,
  } = options;
  const { fingerprintHeaders = ["content-type"], keepHeaders = ["location"] } = options;
  const { maxRequestBytes = 1_048_576, maxAnswerBytes = 65_536 } = options;
  const { ttlMs = 30_000, lockAtMostForMs = 300_000 } = options;
  checkWhole("maxRequestBytes", maxRequestBytes, 0, MOST_REQUEST_BYTES);
  checkWhole("maxAnswerBytes", maxAnswerBytes, 0, MOST_ANSWER_BYTES);
  if (keepHeaders.some((name) => /^set-cookie2?$/i.test(name)))
    throw new HoldfastError("invalid-argument", "keepHeaders: cookies are never kept.");
  return {
    ...{
      required,
      scope,
      remember,
      waitMs,
      keepForMs,
      ttlMs,
      lockAtMostForMs,
      maxRequestBytes,
      maxAnswerBytes,
    },
    fingerprintHeaders: fingerprintHeaders.map((name) => name.toLowerCase()).sort(),
    keepHeaders: keepHeaders.map((name) => name.toLowerCase()),
    times: { waitMs, keepForMs, ttlMs: Math.min(ttlMs, lockAtMostForMs), lockAtMostForMs, graceMs: GRACE_MS },
  };
}
