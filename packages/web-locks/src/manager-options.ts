import type { AcquireOptions, Locks, TryAcquireOptions } from "@holdfast/core";

/** What a lock manager uses of {@link Locks}. */
export type LocksBelow = Pick<Locks, "list" | "readWrite">;

export interface LockManagerOptions {
  /**
   * How long a holder that died keeps its locks, and a third of it how long one on another machine that was stolen
   * from does not know. 10 to 86,400,000 ms; default: that of the locks below, 30,000 unless they say otherwise.
   */
  readonly ttlMs?: number | undefined;
  /**
   * How long a grant waits for its waiter to take it up: what a waiter that died costs those behind it. 100 to
   * 60,000 ms; default: that of the locks below, 2,000.
   */
  readonly claimMs?: number | undefined;
  /**
   * After this the lock is lost, however alive its holder is. From `ttlMs` to 2,147,483,647 ms, which is the default:
   * 24 days. The specification has no such end.
   */
  readonly maxHoldMs?: number | undefined;
  /** What `query()` calls this manager, on every machine. 1 to 128 UTF-16 units; default: a random UUID. */
  readonly clientId?: string | undefined;
}

const LIMITS = {
  ttlMs: [10, 86_400_000],
  claimMs: [100, 60_000],
  maxHoldMs: [10, 2_147_483_647],
} as const;
const MAX_CLIENT_ID = 128;

/** What every request says to the locks below. */
export interface ManagerOptions {
  /** Of a request that does not wait. */
  readonly trying: TryAcquireOptions;
  /** Of one that waits: for ever, since the specification knows no other end than the signal, and in turn. */
  readonly waiting: AcquireOptions;
}

/** @throws TypeError, RangeError for what cannot work. */
export function checkManagerOptions(locks: unknown, given: LockManagerOptions = {}): ManagerOptions {
  const below = locks as Partial<LocksBelow> | null | undefined;
  if (typeof below?.readWrite !== "function" || typeof below.list !== "function")
    throw new TypeError("createLockManager needs locks, such as createLocks({ store }) gives.");
  if (typeof given !== "object" || given === null)
    throw new TypeError("the options of createLockManager must be an object.");
  for (const option of Object.keys(given))
    if (option !== "clientId" && !(option in LIMITS))
      throw new TypeError(`unknown option ${JSON.stringify(option)} of createLockManager.`);
  for (const [option, [min, max]] of Object.entries(LIMITS)) {
    const value = given[option as keyof typeof LIMITS];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= min && value <= max))
      throw new RangeError(`${option} must be a whole number of milliseconds from ${min} to ${max}.`);
  }
  const { clientId = randomId(), maxHoldMs = LIMITS.maxHoldMs[1] } = given;
  if (typeof clientId !== "string" || clientId.length === 0 || clientId.length > MAX_CLIENT_ID)
    throw new RangeError(`clientId must be a string of 1 to ${MAX_CLIENT_ID} UTF-16 units.`);
  if (maxHoldMs < (given.ttlMs ?? 0)) throw new RangeError("maxHoldMs must be at least ttlMs.");
  const trying: TryAcquireOptions = {
    renew: { maxHoldMs },
    metadata: { clientId },
    ...(given.ttlMs !== undefined && { ttlMs: given.ttlMs }),
  };
  const waiting: AcquireOptions = {
    ...trying,
    waitMs: Number.POSITIVE_INFINITY,
    fair: true,
    ...(given.claimMs !== undefined && { claimMs: given.claimMs }),
  };
  return { trying, waiting };
}

/** A version 4 UUID. Not `randomUUID`, which pages without TLS lack. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const [version = 0, variant = 0] = [bytes[6], bytes[8]];
  bytes[6] = (version & 0x0f) | 0x40;
  bytes[8] = (variant & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
