import { HoldfastError, type Store } from "@holdfast/core";
import type { Context, Env } from "hono";

/** Where the middleware's state lives. */
export interface StoreOptions<E extends Env> {
  /** The database, or which one it is for a request, as on Workers, whose bindings come with each request. */
  readonly store: Store | ((c: Context<E>) => Store);
  /** Keeps applications apart that share a database: 1 to 64 of A-Z a-z 0-9 _ . : - . Default `holdfast`. */
  readonly namespace?: string;
}

/** What is made of the options, by `createOnce` or `createMutexes`. */
export interface MadeOf {
  readonly store: Store;
  readonly namespace?: string;
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

/**
 * A client for each request where the runtime ends requests one by one, as Workers do: there, what one request opened must
 * not be used by another. Otherwise one for each store, whose event stream is shared by all who wait.
 */
export function clientFor<E extends Env, T>(
  { store, namespace }: StoreOptions<E>,
  make: (options: MadeOf) => T,
): (c: Context<E>) => T {
  const common = namespace === undefined ? {} : { namespace };
  const shared = new WeakMap<Store, T>();
  // A mistake in the options is told when the app starts, unless only a request can tell.
  if (typeof store !== "function") shared.set(checked(store), make({ store, ...common }));
  return (c) => {
    const used = checked(typeof store === "function" ? store(c) : store);
    const waitUntil = waitUntilOf(c);
    if (waitUntil) return make({ store: used, ...common, waitUntil });
    const client = shared.get(used) ?? make({ store: used, ...common });
    shared.set(used, client);
    return client;
  };
}

/** How work is kept alive after the answer. `undefined` where a process outlives its requests anyway. */
export function waitUntilOf(c: Context): ((work: Promise<unknown>) => void) | undefined {
  try {
    const { executionCtx } = c;
    return (work) => executionCtx.waitUntil(work);
  } catch {
    // Hono throws where there is no execution context.
    return undefined;
  }
}

function checked(store: Store): Store {
  if (typeof store?.run === "function") return store;
  throw new HoldfastError("invalid-argument", "store must be a store, such as restStore({ url, token }).");
}
