import { checkArguments, convertArguments } from "./arguments.ts";
import type { ManagerContext } from "./context.ts";
import { checkManagerOptions, type LockManagerOptions, type LocksBelow } from "./manager-options.ts";
import { nameBelow } from "./names.ts";
import { requestLock } from "./request-lock.ts";
import { snapshot } from "./snapshot.ts";
import { createTaskQueue } from "./task-queue.ts";
import type { LockManager, LockManagerSnapshot } from "./types.ts";

/** The specification's interface object: its methods belong to it, and reject instead of throwing. */
class WebLockManager {
  readonly #context: ManagerContext;

  constructor(context: ManagerContext) {
    this.#context = context;
  }

  get [Symbol.toStringTag](): string {
    return "LockManager";
  }

  // Two parameters, as the specification's function has.
  request(name: unknown, second: unknown, ...third: unknown[]): Promise<unknown> {
    try {
      const context = this.#context;
      const wanted = convertArguments(name, [second, ...third]);
      checkArguments(wanted);
      return requestLock(context, wanted, nameBelow(wanted.name));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  query(): Promise<LockManagerSnapshot> {
    try {
      const { locks, tasks } = this.#context;
      return tasks.add(() => snapshot(locks));
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

/**
 * Makes a lock manager: the interface of `navigator.locks`, across machines. All managers whose locks have the same
 * store and namespace share their names, and so do `locks.readWrite(name)` and a request for the name. Does no I/O.
 *
 * One manager sends one thing at a time, so that what is asked of it in order happens in order; work that has nothing to
 * do with each other can use managers of its own.
 *
 * @throws TypeError, RangeError for options that cannot work.
 * @example
 * ```ts
 * const manager = createLockManager(createLocks({ store: restStore({ url, token }) }));
 * await manager.request("invoice:42", async (lock) => charge(lock.fence));
 * ```
 */
export function createLockManager(locks: LocksBelow, options?: LockManagerOptions): LockManager {
  return new WebLockManager({
    locks,
    options: checkManagerOptions(locks, options),
    tasks: createTaskQueue(),
    contenders: new Set(),
  }) as LockManager;
}
