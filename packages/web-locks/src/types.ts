/** Whether others can hold the name at the same time. */
export type LockMode = "exclusive" | "shared";

/** A lock that was granted. It is held until what the callback returned has settled. */
export interface Lock {
  readonly name: string;
  readonly mode: LockMode;
  /**
   * Greater than the fence of every earlier lock of this name, a safe integer. Send it along with each write and have
   * the resource refuse a smaller one than it has seen: nothing else stops a holder that was stolen from or froze.
   * Not in the specification.
   */
  readonly fence: number;
  /**
   * Aborts with an `AbortError` when the lock is lost: stolen, or its lease ran out because the store could not be
   * reached. Stays quiet when it is given back. Not in the specification.
   */
  readonly signal: AbortSignal;
}

export interface LockOptions {
  /** Default `exclusive`. */
  readonly mode?: LockMode | undefined;
  /** Calls back with `null` instead of waiting, when the lock is held or others wait for it. Default false. */
  readonly ifAvailable?: boolean | undefined;
  /**
   * Takes the lock from whoever holds it and goes before all who wait. The calls of those it is taken from reject with an
   * `AbortError`. Default false.
   */
  readonly steal?: boolean | undefined;
  /** Ends the wait: the call rejects with the signal's reason. Without effect once the lock is granted. */
  readonly signal?: AbortSignal | undefined;
}

/** What is run while the lock is held. */
export type LockGrantedCallback<T, Granted = Lock | null> = (lock: Granted) => T;

/** One lock, or one request for a lock. */
export interface LockInfo {
  name: string;
  mode: LockMode;
  /** Which lock manager it is of; empty for a read or write lock that was taken without one. */
  clientId: string;
}

export interface LockManagerSnapshot {
  held: LockInfo[];
  /** Those of one name are in the order in which they will be granted. */
  pending: LockInfo[];
}

/** The interface of `navigator.locks`. */
export interface LockManager {
  /**
   * Waits its turn, runs `callback` while it holds the lock, and gives it back when what the callback returned has
   * settled. Fulfils, or rejects, as the callback did, after the lock was given back.
   *
   * @param name any string of at most 512 UTF-16 units that does not begin with `-`.
   * @throws TypeError for arguments of the wrong type; DOMException `NotSupportedError` for a name that begins with `-`
   * and for options that exclude each other; the signal's reason when it aborts before the lock is granted; DOMException
   * `AbortError` when the lock is lost while it is held, whatever comes of the callback; RangeError for a longer name;
   * HoldfastError, such as `unavailable`, when the store cannot be reached. All as rejections.
   * @example
   * ```ts
   * await manager.request("invoice:42", async (lock) => charge(lock.fence));
   * ```
   */
  request<T>(name: string, callback: LockGrantedCallback<T, Lock>): Promise<Awaited<T>>;
  request<T>(
    name: string,
    options: LockOptions & { readonly ifAvailable?: false | undefined },
    callback: LockGrantedCallback<T, Lock>,
  ): Promise<Awaited<T>>;
  request<T>(name: string, options: LockOptions, callback: LockGrantedCallback<T>): Promise<Awaited<T>>;
  /**
   * Who holds what and who waits for what in the whole namespace, of every lock manager. Of one name it shows one
   * moment, and at most 100 holders and 100 waiters; different names are looked at one after the other.
   *
   * @throws HoldfastError when the store cannot be reached.
   */
  query(): Promise<LockManagerSnapshot>;
}
