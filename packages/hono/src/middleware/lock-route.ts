import { HoldfastError, type Lease, LockLostError } from "@holdfast/core";
import { checkKnown, checkMs } from "@holdfast/core/commands";
import { type AcquireOptions, createMutexes } from "@holdfast/core/mutex";
import type { Context, Env, MiddlewareHandler } from "hono";
import { endingWith, isStream, take } from "./body.ts";
import { clientFor, type StoreOptions, waitUntilOf } from "./connection.ts";
import { dropAnswer, goneAnswer, refusalFor } from "./refusal.ts";

interface Settings {
  /** How long the lease lasts, which is renewed until the answer has ended. 10 to 86,400,000 ms; default 30,000. */
  readonly ttlMs?: number;
  /** How long to wait for the lock. Default 0: 409 at once, with Retry-After. */
  readonly waitMs?: number;
  /** The longest that the lock is held, the answer's body included. At most 86,400,000 ms; default 300,000. */
  readonly maxHoldMs?: number;
}

/** The part of `Locks` that is used. */
export interface RouteLocks {
  acquire(name: string, options: AcquireOptions): Promise<Lease>;
}

/** Where the locks live, and how long they are held. */
export type LockRouteOptions<E extends Env = Env> = Settings &
  (
    | StoreOptions<E>
    /** Instead of a store: locks that are there already, such as those over the lock service. */
    | { readonly locks: RouteLocks | ((c: Context<E>) => RouteLocks); readonly store?: undefined }
  );

/** What a handler behind {@link lockRoute} finds in `c.var`. */
export interface LockRouteVariables {
  /** Its `signal` aborts when the lock is lost, and its `fence` guards what is written. */
  lease: Lease;
}

const KNOWN = ["store", "namespace", "locks", "ttlMs", "waitMs", "maxHoldMs"];
const DAY_MS = 86_400_000;
/** Up to here an answer is collected, so that the lock is free when its last byte is there. */
const COLLECTED_BYTES = 65_536;

/**
 * Runs what comes after it one request at a time for each name. The lock is given back before the last byte of the answer
 * leaves, so a caller that has its answer finds the lock free.
 *
 * It throws a Refusal, which Hono answers as a problem (RFC 9457) unless `app.onError` does otherwise: 409 with Retry-After
 * while another request has the lock, 503 without a store, or when the lock was lost before the handler was done.
 *
 * @param name - The lock's name, or how it follows from the request.
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 * @example
 * ```ts
 * app.post("/invoices/:id/pay", lockRoute((c) => `invoice:${c.req.param("id")}`, { store }), (c) => pay(c, c.var.lease));
 * ```
 */
export function lockRoute<E extends Env = Env>(
  name: string | ((c: Context<E>) => string | Promise<string>),
  options: LockRouteOptions<E>,
): MiddlewareHandler<E & { Variables: LockRouteVariables }> {
  const { ttlMs = 30_000, waitMs = 0, maxHoldMs = 300_000 } = checkKnown(options, KNOWN, "lockRoute option");
  checkMs("maxHoldMs", maxHoldMs, 1, DAY_MS);
  const terms: AcquireOptions = { ttlMs, waitMs, renew: { maxHoldMs } };
  const locksFor = locksOf(options);

  return async (given, next) => {
    const c = given as unknown as Context<E & { Variables: LockRouteVariables }>;
    const asking = c as unknown as Context<E>;
    const chosen = typeof name === "function" ? await name(asking) : name;
    let lease: Lease;
    try {
      lease = await locksFor(asking).acquire(chosen, { ...terms, signal: c.req.raw.signal });
    } catch (error) {
      const gone = goneAnswer(c, error);
      if (gone) return gone;
      throw refusalFor(error, "held");
    }
    const release = releaseOnce(c, lease);
    try {
      c.set("lease", lease);
      await next();
      if (lease.signal.aborted) throw lease.signal.reason;
      await holdUntilSent(c, release);
    } catch (error) {
      await release();
      if (error instanceof LockLostError && error === lease.signal.reason) {
        dropAnswer(c);
        throw refusalFor(error, "held");
      }
      throw error;
    }
  };
}

function locksOf<E extends Env>(options: LockRouteOptions<E>): (c: Context<E>) => RouteLocks {
  if (options.store !== undefined) return clientFor(options, createMutexes);
  const { locks } = options;
  if (typeof locks === "function") return locks;
  if (typeof locks?.acquire !== "function")
    throw new HoldfastError(
      "invalid-argument",
      "lockRoute needs a store, such as restStore({ url, token }), or locks.",
    );
  return () => locks;
}

/** Keeps the request alive until the lock is given back or lost: timers renew the lease, and end with the request. */
function releaseOnce(c: Context, lease: Lease): () => Promise<void> {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  waitUntilOf(c)?.(over);
  lease.signal.addEventListener("abort", end, { once: true });
  let released: Promise<void> | undefined;
  return () => {
    // What cannot be given back goes on being given back in the background, and ends by its TTL.
    released ??= lease.release().then(
      () => {},
      () => {},
    );
    released.then(end);
    return released;
  };
}

async function holdUntilSent(c: Context, release: () => Promise<void>): Promise<void> {
  const given = c.res;
  if (given.body === null) return release();
  const taken = isStream(given) ? { longer: given.body } : await take(given.body, COLLECTED_BYTES);
  if ("whole" in taken) await release();
  c.res = new Response("whole" in taken ? taken.whole : endingWith(taken.longer, release), given);
}
