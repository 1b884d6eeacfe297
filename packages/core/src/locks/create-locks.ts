import { checkKnown } from "../check.ts";
import { type Clock, checkClock, systemClock } from "../clock.ts";
import { type Election, election } from "../election/election.ts";
import { invalid } from "../errors.ts";
import { type EventListener, emitter } from "../events.ts";
import { type Latch, type LatchOptions, latch, latchChannel } from "../latch/latch.ts";
import { createSightings } from "../lease/grant.ts";
import { type Background, createKeeper } from "../lease/keeper.ts";
import type { Lease } from "../lease/lease.ts";
import { lockCommands } from "../lock/commands.ts";
import { mutex } from "../lock/target.ts";
import type { Store } from "../store/store.ts";
import type { AcquireContext } from "../wait/acquire.ts";
import { createWakeUps } from "../wait/wake-ups.ts";
import { acquireAll, checkNames } from "./acquire-all.ts";
import { adopt } from "./adopt.ts";
import { token } from "./claim.ts";
import { type Inspection, inspection, type ListOptions, type LockPage, list, SHOWN } from "./inspection.ts";
import { checkName, checkNamespace } from "./names.ts";
import {
  type AcquireOptions,
  checkDefaults,
  type DefaultOptions,
  parseOptions,
  type TryAcquireOptions,
} from "./options.ts";
import { type ReadWriteLock, readWriteLock } from "./read-write.ts";
import { type Semaphore, semaphore } from "./semaphore.ts";
import { lockVerbs, type RequestArguments } from "./verbs.ts";

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
  /** Many readers or one writer. Does no I/O; throws HoldfastError `invalid-argument` for a bad name. */
  readWrite(name: string): ReadWriteLock;
  /**
   * A lock that several can hold. All callers must give the same `permits`, 1 to 1,000,000. Does no I/O; throws
   * HoldfastError `invalid-argument` for a bad name or number.
   */
  semaphore(name: string, options: { readonly permits: number }): Semaphore;
  /**
   * Takes 1 to 100 names, all or none, as one lease. One request if all are free; otherwise it waits for them in a
   * fixed order, so that two such calls never wait for each other. `lease.fence` is the greatest of their fences.
   *
   * @throws as `acquire`.
   */
  acquireAll(names: readonly string[], options?: AcquireOptions): Promise<Lease>;
  /**
   * Elects one leader at a time among those who campaign under the name. Does no I/O; throws HoldfastError
   * `invalid-argument` for a bad name.
   */
  election(name: string): Election;
  /**
   * A latch that opens when it was counted down to zero. All callers must give the same `count`. Does no I/O; throws
   * HoldfastError `invalid-argument` for a bad name, count or `keepMs`.
   *
   * @example
   * ```ts
   * const latch = locks.latch("import:42", { count: 3 });
   * await latch.countDown(); // each of three workers
   * await latch.wait({ waitMs: 60_000 }); // whoever goes on after them
   * ```
   */
  latch(name: string, options: LatchOptions): Latch;
  /** Who holds the name and who waits, since when and until when. Owners appear as a hash. */
  inspect(name: string): Promise<Inspection>;
  /** The names that are in use or were until a minute ago, in no order, a page at a time. For people and dashboards. */
  list(options?: ListOptions): Promise<LockPage>;
  /**
   * Ends the name's leases without being their owner, for people. A holder learns it at its next request to the store;
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
  checkClock(clock);
  for (const [name, fn] of Object.entries({ onEvent, waitUntil }))
    if (fn !== undefined && typeof fn !== "function") throw invalid(`${name} must be a function.`);
  const defaults = checkDefaults(options.defaults);

  const emit = emitter(onEvent);
  const commands = lockCommands(store, namespace, emit);
  const background: Background = (work) => {
    const settled = work.catch(() => {});
    try {
      waitUntil?.(settled);
    } catch {
      // What keeps work alive must not decide how a lock turns out, such as `ctx.waitUntil` taken off its object.
    }
  };
  const keeper = createKeeper(clock, emit, commands, background);
  const wakeUps = createWakeUps(clock, store, `${namespace}:wake:${token(clock)}`);
  const sightings = createSightings(clock);
  const context: AcquireContext = {
    sightings,
    clock,
    emit,
    commands,
    keeper,
    wakeUps,
    channel: store.subscribe ? wakeUps.channel : "-",
    local: new Map(),
  };

  const named = (name: string) => {
    checkName(name);
    return lockVerbs(context, defaults, (weight) => {
      if (weight !== undefined) throw invalid("weight is an option of semaphores.");
      return mutex(name);
    });
  };

  return {
    acquire: async (name, given) => named(name).acquire(given),
    tryAcquire: async (name, given) => named(name).tryAcquire(given),
    request: async <T>(name: string, ...rest: RequestArguments<AcquireOptions, T>) =>
      named(name).request(...(rest as [AcquireOptions, (lease: Lease) => T])),
    readWrite(name) {
      checkName(name);
      return readWriteLock(context, defaults, name);
    },
    semaphore(name, options) {
      checkName(name);
      return semaphore(context, defaults, name, options);
    },
    election(name) {
      checkName(name);
      return election(context, defaults, name);
    },
    latch(name, options) {
      checkName(name);
      const wakeUps = createWakeUps(clock, store, latchChannel(namespace, name));
      return latch(context, wakeUps, defaults, name, options);
    },
    acquireAll: async (names, given) =>
      acquireAll(context, checkNames(names), parseOptions(given, defaults, false)),
    async inspect(name) {
      checkName(name);
      return inspection(name, await commands.inspect(name, SHOWN, {}), clock.wall());
    },
    list: async (options) => list(commands, namespace, clock, options),
    async forceRelease(name) {
      checkName(name);
      return commands.forceRelease(name, token(clock), {});
    },
    adopt: (json) => adopt(keeper, json),
  };
}
