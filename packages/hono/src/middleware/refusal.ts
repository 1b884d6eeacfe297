import { HoldfastError, LockTimeoutError } from "@holdfast/core";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

const REFUSALS = {
  "key-missing": [400, "Idempotency-Key is missing"],
  "key-malformed": [400, "Idempotency-Key is malformed"],
  "in-progress": [409, "A request is outstanding for this Idempotency-Key"],
  "answer-not-kept": [409, "The answer to this Idempotency-Key was not kept"],
  "body-too-large": [413, "Content too large"],
  "key-reused": [422, "Idempotency-Key is already used"],
  held: [409, "The resource is being worked on"],
  lost: [503, "The lock was lost"],
  unavailable: [503, "The lock store did not answer"],
} as const;

/** Why a request was not passed on, or its answer was taken back. */
export type RefusalCode = keyof typeof REFUSALS;

/** How long a client should leave a troubled store alone. */
const PAUSE_S = 1;
/** A run tends to be over long before its lease is, which is renewed. */
const LONGEST_PAUSE_S = 5;

/**
 * What is thrown: Hono's own kind of error, so that `app.onError` can give it another form. Without one it is answered as
 * `application/problem+json` (RFC 9457).
 */
export class Refusal extends HTTPException {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, detail: string, { retryAfterS, cause }: RefusalExtras = {}) {
    const [status, title] = REFUSALS[code];
    const body = { type: `urn:holdfast:problem:${code}`, title, status, code, detail };
    const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
    if (retryAfterS !== undefined) headers.set("retry-after", String(retryAfterS));
    super(status, { res: new Response(JSON.stringify(body), { status, headers }), message: detail, cause });
    this.name = "Refusal";
    this.code = code;
  }
}

interface RefusalExtras {
  readonly retryAfterS?: number;
  readonly cause?: unknown;
}

/**
 * What a failure of the lock means for the request; whatever is no failure of the lock is given back as it is.
 *
 * @param busy - What it is called that somebody else has the lock.
 */
export function refusalFor(error: unknown, busy: "in-progress" | "held"): unknown {
  if (error instanceof LockTimeoutError) {
    const retryAfterS = Math.min(Math.max(Math.ceil(error.freeInMs / 1000), PAUSE_S), LONGEST_PAUSE_S);
    const detail =
      busy === "held"
        ? "Another request has the lock. Try again later."
        : "The first request with this key is still being worked on. Try again later, with the same key.";
    return new Refusal(busy, detail, { retryAfterS, cause: error });
  }
  if (!(error instanceof HoldfastError)) return error;
  const again = { retryAfterS: PAUSE_S, cause: error };
  switch (error.code) {
    case "lost":
      return new Refusal(
        "lost",
        "The lock ended before the request was done. What it did, if anything, is not known here.",
        again,
      );
    case "unavailable":
      return new Refusal("unavailable", "The lock store could not be reached in time.", again);
    default:
      return error;
  }
}

/** What nobody reads any more: the answer to a caller that hung up while it waited. nginx writes 499 into its log, too. */
export function goneAnswer({ req }: Context, error: unknown): Response | undefined {
  const { signal } = req.raw;
  return signal.aborted && error === signal.reason ? new Response(null, { status: 499 }) : undefined;
}

/** Throws it away, with the headers that would otherwise be added to those of the answer which takes its place. */
export function dropAnswer(c: Context): void {
  const dropped = c.finalized ? c.res : undefined;
  c.res = undefined;
  dropped?.body?.cancel().catch(() => {});
}
