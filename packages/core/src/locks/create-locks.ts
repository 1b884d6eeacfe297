import { type Election, election } from "../election/election.ts";
import { type Latch, type LatchOptions, latch } from "../latch/latch.ts";
import type { Lease } from "../lease/lease.ts";
import { latchChannel } from "../lock/channels.ts";
import { lockCommands } from "../lock/commands.ts";
import { createWakeUps } from "../wait/wake-ups.ts";
import { acquireAll, checkNames } from "./acquire-all.ts";
import { adopt } from "./adopt.ts";
import { token } from "./claim.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { type ClientOptions, createContext, type LocksOptions } from "./context.ts";
import { type Inspection, inspection, type ListOptions, type LockPage, list, SHOWN } from "./inspection.ts";
import { type Mutexes, mutexes } from "./mutexes.ts";
import { checkName } from "./names.ts";
import { type AcquireOptions, parseOptions } from "./options.ts";
import { type ReadWriteLock, readWriteLock } from "./read-write.ts";
import { type Semaphore, semaphore } from "./semaphore.ts";

/** Locks by name: mutexes, and every other kind. Every verb checks its arguments first, before any request leaves. */
export interface Locks extends Mutexes {
  /** Many readers or one writer. Does no I/O; throws HoldfastError `invalid-argument` for a bad name. */
  readWrite(name: string): ReadWriteLock;
  /**
   * A lock that several can hold. All callers must give the same `permits`, 1 to 1,000,000. Does no I/O; throws
   * HoldfastError `invalid-argument` for a bad name or number.
   */
  semaphore(name: string, options: { readonly permits: number }): Semaphore;
  /**
   * Takes 1 to 100 names, all or none, as one lease. One request if all are free; otherwise it waits for them in a
   * fixed order, so that two such calls never wait for each other. Names that a Redis Cluster keeps on several servers
   * are taken in that order from the first. `lease.fence` is the greatest of their fences.
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
  return locksOver(connectionOf("createLocks", options, lockCommands), options);
}

/** The locks at the end of a connection. */
export function locksOver(connection: Connection, options: ClientOptions): Locks {
  const context = createContext(connection, options);
  const { clock, commands, defaults, keeper, subscribe } = context;
  connection.revocable?.(() => {
    for (const lease of keeper.leases) lease.lose("taken");
  });
  return {
    ...mutexes(context),
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
      const wakeUps = createWakeUps(clock, subscribe, latchChannel(name));
      return latch(context, wakeUps, defaults, name, options);
    },
    acquireAll: async (names, given) =>
      acquireAll(context, checkNames(names), parseOptions(given, defaults, false)),
    async inspect(name) {
      checkName(name);
      return inspection(name, await commands.inspect(name, SHOWN, {}), clock.wall());
    },
    list: async (options) => list(commands, clock, options),
    async forceRelease(name) {
      checkName(name);
      return commands.forceRelease(name, token(clock), {});
    },
    adopt: (json) => adopt(keeper, json),
  };
}
