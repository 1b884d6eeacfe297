import { HoldfastError } from "@holdfast/core";
import { createOnce, type Once, type OnceOutcome, type OnceRun } from "@holdfast/cron";
import type { Context, Env, MiddlewareHandler } from "hono";
import { type KeptAnswer, keep, longestKept, replay } from "./answer.ts";
import { clientFor, waitUntilOf } from "./connection.ts";
import { digest, fingerprintOf } from "./fingerprint.ts";
import { parseIdempotencyKey } from "./idempotency-key.ts";
import { checkIdempotency, type IdempotencyOptions } from "./idempotency-options.ts";
import { dropAnswer, goneAnswer, Refusal, refusalFor } from "./refusal.ts";

/** The run of a request with a key, as its handler sees it: `c.var.idempotency`. */
export interface IdempotentRun extends OnceRun {
  /** As the caller chose it. */
  readonly key: string;
}

/** What a handler behind {@link idempotency} finds in `c.var`. */
export interface IdempotencyVariables {
  /** `undefined` for requests without a key. */
  idempotency: IdempotentRun | undefined;
}

const UNTOUCHED = ["GET", "HEAD", "OPTIONS", "TRACE"];
const NEEDING = ["POST", "PATCH"];

/**
 * Gives each request with an `Idempotency-Key` one effect (draft-ietf-httpapi-idempotency-key-header): the first one runs,
 * later ones get its status, body and chosen headers, with `Idempotent-Replayed: true`. A crash frees the key after `ttlMs`.
 *
 * Use it behind what signs the caller in. GET, HEAD and OPTIONS are passed on untouched; PUT and DELETE need no key.
 *
 * It throws a {@link Refusal}, which Hono answers as a problem (RFC 9457) unless `app.onError` does otherwise: 400 without a key or
 * with a malformed one, 409 with Retry-After while the first request is under way, 409 for an answer that was not kept, 413,
 * 422 for a key that was used for another request, 503 without a store, or when the lease was lost.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 * @example
 * ```ts
 * app.post("/payments", idempotency({ store, scope: (c) => c.var.userId }), (c) => pay(c));
 * ```
 */
export function idempotency<E extends Env = Env>(
  options: IdempotencyOptions<E>,
): MiddlewareHandler<E & { Variables: IdempotencyVariables }> {
  const settings = checkIdempotency(options);
  const { required, scope, remember, fingerprintHeaders, keepHeaders } = settings;
  const { maxRequestBytes, maxAnswerBytes, times } = settings;
  const onceFor = onceOf(options);

  return async (given, next) => {
    const c = given as unknown as Context<E & { Variables: IdempotencyVariables }>;
    if (UNTOUCHED.includes(c.req.method)) return next();
    const header = c.req.header("idempotency-key");
    if (header === undefined) {
      if (required && NEEDING.includes(c.req.method))
        throw new Refusal(
          "key-missing",
          "This operation needs an Idempotency-Key header, such as a new UUID in double quotes.",
        );
      return next();
    }
    const key = parseIdempotencyKey(header);
    const asking = c as unknown as Context<E>;
    const task = `http:${await digest([await scope(asking), key])}`;
    const fingerprint = await fingerprintOf(c, fingerprintHeaders, maxRequestBytes);
    const waiting = untilBegun(c.req.raw.signal);

    const outcome = onceFor(asking)(
      task,
      async (run) => {
        waiting.over();
        c.set("idempotency", { ...run, key });
        await handle(next);
        if (!remember(c.res)) throw new NotKept();
        return keep(c, keepHeaders, maxAnswerBytes);
      },
      { ...times, fingerprint, maxResultLength: longestKept(maxAnswerBytes), signal: waiting.signal },
    );
    // A caller that hangs up comes back with the same key, and wants to find the answer.
    waitUntilOf(c)?.(outcome.catch(() => {}));
    return answerOf(c, outcome).finally(waiting.over);
  };
}

function onceOf<E extends Env>(options: IdempotencyOptions<E>): (c: Context<E>) => Once {
  if (options.store !== undefined) return clientFor(options, createOnce);
  const { once } = options;
  if (typeof once !== "function")
    throw new HoldfastError(
      "invalid-argument",
      "idempotency needs a store, such as restStore({ url, token }), or once.",
    );
  return once;
}

async function answerOf(
  c: Context,
  outcome: Promise<OnceOutcome<KeptAnswer>>,
): Promise<Response | undefined> {
  try {
    const { outcome: how, result } = await outcome;
    return how === "remembered" ? replay(result) : undefined;
  } catch (error) {
    if (error instanceof NotKept) return undefined;
    if (error instanceof HandlerError) throw error.cause;
    const gone = goneAnswer(c, error);
    if (gone) return gone;
    dropAnswer(c);
    if (error instanceof HoldfastError && error.code === "kind-mismatch")
      throw new Refusal(
        "key-reused",
        "This key was used for a request with another method, path or body. Use a new key.",
        {
          cause: error,
        },
      );
    throw refusalFor(error, "in-progress");
  }
}

/** The answer is the caller's, and the key is free again. */
class NotKept extends Error {}

/** Keeps what a handler throws apart from what happens to the key. */
class HandlerError extends Error {}

async function handle(next: () => Promise<void>): Promise<void> {
  try {
    // Hono turns errors into answers before they come here, except for things that are no Error.
    await next();
  } catch (cause) {
    throw new HandlerError("the handler threw", { cause });
  }
}

/** A caller that hangs up stops waiting; but a run that has begun goes on. */
function untilBegun(caller: AbortSignal): { readonly signal: AbortSignal; over(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(caller.reason);
  if (caller.aborted) abort();
  caller.addEventListener("abort", abort, { once: true });
  return { signal: controller.signal, over: () => caller.removeEventListener("abort", abort) };
}
