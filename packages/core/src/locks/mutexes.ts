import { invalid } from "../errors.ts";
import type { Lease } from "../lease/lease.ts";
import { leaseCommands } from "../lock/lease-commands.ts";
import { mutex } from "../lock/target.ts";
import { connectionOf } from "./connection.ts";
import { type ClientContext, createContext, type LocksOptions } from "./context.ts";
import { checkName } from "./names.ts";
import type { AcquireOptions, TryAcquireOptions } from "./options.ts";
import { lockVerbs, type RequestArguments } from "./verbs.ts";

/** Exclusive locks by name. Every verb checks its arguments first: a mistake rejects before any request leaves. */
export interface Mutexes {
  /**
   * Waits its turn and takes the name.
   *
   * @throws LockTimeoutError when it was held by others for `waitMs`; HoldfastError `unavailable` when the store gave
   * no answer in time (what it may have granted is taken back); the signal's reason when it aborts.
   * @example
   * ```ts
   * await using lease = await locks.acquire("invoice:42");
   * await fetch(url, { signal: lease.signal, headers: { "x-fence": String(lease.fence) } });
   * ```
   */
  acquire(name: string, options?: AcquireOptions): Promise<Lease>;
  /**
   * Takes the name if it is free now and nobody waits for it; `null` otherwise. One request.
   *
   * @throws HoldfastError `unavailable` when the store gave no answer: busy and broken are different things.
   */
  tryAcquire(name: string, options?: TryAcquireOptions): Promise<Lease | null>;
  /**
   * Acquires, runs `fn`, and releases however it ends. The lease is renewed meanwhile. Gives what `fn` gives, even if
   * the lease was lost on the way: `lease.signal` tells `fn`, and the fence protects what it writes.
   *
   * @example
   * ```ts
   * const total = await locks.request("invoice:42", async (lease) => charge(lease.fence));
   * ```
   */
  request<T>(name: string, fn: (lease: Lease) => T | Promise<T>): Promise<T>;
  request<T>(name: string, options: AcquireOptions, fn: (lease: Lease) => T | Promise<T>): Promise<T>;
}

/**
 * Makes the exclusive locks of one client: the verbs of `createLocks` by name, and nothing else, for a smaller bundle.
 * It shares names with every other client of the namespace, of either function. Does no I/O.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 * @example
 * ```ts
 * import { createMutexes, restStore } from "@holdfast/core/mutex";
 *
 * const locks = createMutexes({ store: restStore({ url, token }) });
 * await locks.request("invoice:42", async (lease) => charge(lease.fence));
 * ```
 */
export function createMutexes(options: LocksOptions): Mutexes {
  return mutexes(createContext(connectionOf("createMutexes", options, leaseCommands), options));
}

/** The verbs over a context. */
export function mutexes(context: ClientContext): Mutexes {
  const named = (name: string) => {
    checkName(name);
    return lockVerbs(context, context.defaults, (weight) => {
      if (weight !== undefined) throw invalid("weight is an option of semaphores.");
      return mutex(name);
    });
  };
  return {
    acquire: async (name, given) => named(name).acquire(given),
    tryAcquire: async (name, given) => named(name).tryAcquire(given),
    request: async <T>(name: string, ...rest: RequestArguments<AcquireOptions, T>) =>
      named(name).request(...(rest as [AcquireOptions, (lease: Lease) => T])),
  };
}
