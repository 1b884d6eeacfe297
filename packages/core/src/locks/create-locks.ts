import { type Clock, systemClock } from "../clock.ts";
import { invalid } from "../errors.ts";
import { type EventListener, emitter } from "../events.ts";
import { createSightings } from "../lease/grant.ts";
import { type Background, createKeeper } from "../lease/keeper.ts";
import type { Lease } from "../lease/lease.ts";
import { lockCommands } from "../lock/commands.ts";
import { mutex } from "../lock/target.ts";
import type { Store } from "../store/store.ts";
import { type AcquireContext, acquire } from "../wait/acquire.ts";
import { createWakeUps } from "../wait/wake-ups.ts";
import { adopt } from "./adopt.ts";
import { type Inspection, inspection } from "./inspection.ts";
import { checkName, checkNamespace } from "./names.ts";
import {
  type AcquireOptions,
  checkDefaults,
  checkKnown,
  type DefaultOptions,
  parseOptions,
  type TryAcquireOptions,
} from "./options.ts";

export interface LocksOptions {
  /** Where the locks live. */
  readonly store: Store;
  /** Keeps applications apart that share a database: 1 to 64 of A-Z a-z 0-9 _ . : - . Default `holdfast`. */
  readonly namespace?: string;
  /** Replace the built-in defaults for all calls of this client. */
  readonly defaults?: DefaultOptions;
  /** Hears what happens to this client's locks. */
  readonly onEvent?: EventListener;
  /**
   * Keeps work alive after the response was sent, as `ctx.waitUntil` of a Worker does: renewal, and giving back
   * what a failed acquire may have got.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

/** Locks by name. Every verb checks its arguments first: a mistake rejects before any request leaves. */
export interface Locks {
  /**
   * Waits for the name and takes it.
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
   * Takes the name if it is free now; `null` when it is held. One request.
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
  /** Who holds the name, since when and until when. Owners appear as a hash. */
  inspect(name: string): Promise<Inspection>;
  /**
   * Ends the name's lease without being its owner, for people. The holder learns it at its next request to the store;
   * only the fence keeps it from writing until then.
   *
   * @returns whether there was a live lease.
   */
  forceRelease(name: string): Promise<boolean>;
  /**
   * Continues a lease that another process made (`lease.toJSON()`). The other clock proves nothing here, so
   * `remainingMs()` is 0 until the first `extend()` has asked the store.
   *
   * @throws HoldfastError `invalid-argument` when the value is not a lease's JSON.
   * @example
   * ```ts
   * const lease = locks.adopt(await message.json());
   * await lease.extend();
   * ```
   */
  adopt(json: unknown): Lease;
}

const KNOWN = ["store", "namespace", "defaults", "onEvent", "waitUntil", "clock"];

/**
 * Makes the locks of one client. Does no I/O.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 * @example
 * ```ts
 * const locks = createLocks({ store: restStore({ url, token }) });
 * ```
 */
export function createLocks(options: LocksOptions): Locks {
  const {
    store,
    namespace = "holdfast",
    onEvent,
    waitUntil,
    clock = systemClock,
  } = checkKnown(options, KNOWN, "createLocks option");
  if (typeof store?.run !== "function")
    throw invalid("createLocks needs a store, such as restStore({ url, token }).");
  checkNamespace(namespace);
  for (const [name, fn] of Object.entries({ onEvent, waitUntil }))
    if (fn !== undefined && typeof fn !== "function") throw invalid(`${name} must be a function.`);
  const defaults = checkDefaults(options.defaults);

  const emit = emitter(onEvent);
  const commands = lockCommands(store, namespace, emit);
  const background: Background = (work) => {
    const settled = work.catch(() => {});
    waitUntil?.(settled);
  };
  const keeper = createKeeper(clock, emit, commands, background);
  const wakeUps = createWakeUps(clock, store, namespace);
  const sightings = createSightings(clock);
  const context: AcquireContext = {
    sightings,
    clock,
    emit,
    commands,
    keeper,
    wakeUps,
    channel: wakeUps.channel,
    local: new Map(),
  };

  return {
    async acquire(name, given) {
      checkName(name);
      return acquire(context, mutex(name), parseOptions(given, defaults, false), true);
    },
    async tryAcquire(name, given) {
      checkName(name);
      if (given && "waitMs" in given) throw invalid("tryAcquire does not wait; use acquire for waitMs.");
      return acquire(context, mutex(name), parseOptions(given, defaults, false), false);
    },
    async request<T>(name: string, ...rest: RequestArguments<T>) {
      const fn = rest.at(-1);
      const given = rest.length > 1 ? (rest[0] as AcquireOptions) : undefined;
      checkName(name);
      if (typeof fn !== "function")
        throw invalid("request needs a function to run: request(name, options, fn).");
      const lease = await acquire(context, mutex(name), parseOptions(given, defaults, true), true);
      try {
        return await fn(lease);
      } finally {
        await lease[Symbol.asyncDispose]();
      }
    },
    async inspect(name) {
      checkName(name);
      return inspection(name, await commands.inspect(name, 100, {}), clock.wall());
    },
    async forceRelease(name) {
      checkName(name);
      return (await commands.forceRelease(name, {})) > 0;
    },
    adopt: (json) => adopt(keeper, json),
  };
}

type RequestArguments<T> =
  | [fn: (lease: Lease) => T | Promise<T>]
  | [options: AcquireOptions, fn: (lease: Lease) => T | Promise<T>];
