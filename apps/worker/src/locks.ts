import {
  createLocks,
  HoldfastError,
  type Locks,
  type RestStoreOptions,
  restStore,
  type Store,
} from "@holdfast/core";
import type { Context } from "hono";
import { type AppEnv, misconfigured, readSettings } from "./env.ts";

/**
 * Stores are shared by all requests of an isolate: each remembers which scripts the server has and its sync token, and
 * opens connections only on behalf of a request. Locks own timers and streams, so they belong to one request; the
 * runtime lets no request touch the I/O of another.
 */
const stores = new Map<string, Store>();

/** Locks for the time of this request, and for what it leaves to `waitUntil`. */
export function locksOf(c: Context<AppEnv>): Locks {
  return locksWith(c, "requests", {});
}

/** Locks that give up soon: a health check must answer before whoever asks loses patience. */
export function healthLocksOf(c: Context<AppEnv>): Locks {
  return locksWith(c, "health", { timeoutMs: 1500, retry: { retries: 1 } });
}

function locksWith(c: Context<AppEnv>, purpose: string, patience: Partial<RestStoreOptions>): Locks {
  const { url, token, namespace } = readSettings(c.env);
  return checked(() => {
    const key = JSON.stringify([purpose, url, token]);
    const store = stores.get(key) ?? restStore({ url, token, ...patience });
    stores.set(key, store);
    return createLocks({ store, namespace, waitUntil: (work) => c.executionCtx.waitUntil(work) });
  });
}

/** Settings that the SDK refuses are the operator's mistake, not the caller's. */
function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw misconfigured(
      `UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN or HOLDFAST_NAMESPACE cannot be used; ${error.message}`,
    );
  }
}
