import { checkKnown, checkMs, checkWhole } from "../../check.ts";
import { MAX_TIMER_MS } from "../../clock.ts";
import { invalid } from "../../errors.ts";
import type { Lease } from "../../lease/lease.ts";
import { DAY_MS, MIN_TTL_MS } from "../../locks/limits.ts";
import { createMutexes, type Mutexes } from "../../locks/mutexes.ts";
import { checkName } from "../../locks/names.ts";
import { askThenWait, hasCode } from "../ask-then-wait.ts";
import { type LockSource, locksOf } from "../source.ts";

export type { LockSource, RestEndpoint, UpstashRedisClient } from "../source.ts";

export interface RetryConfig {
  /** How often the original asks. 1 to 1,000,000; default 3. */
  readonly attempts?: number;
  /** Milliseconds between two of its tries. Default 100. */
  readonly delay?: number;
}

export interface LockAcquireConfig {
  /** As in the constructor, for this lease only. */
  readonly lease?: number;
  readonly retry?: RetryConfig;
  /** Accepted and not used: what proves ownership is made anew for each lease, so that nobody can guess it. */
  readonly uuid?: string;
}

export interface LockCreateConfig {
  /** The lock's name: 1 to 512 UTF-16 units. */
  readonly id: string;
  /** The client, or what it stands for: its URL and token, a store, or locks (for a namespace or `waitUntil`). */
  readonly redis: LockSource;
  /** How long the lock is held unless it is extended. 10 to 86,400,000 ms; default 10,000. */
  readonly lease?: number;
  /** How long `acquire` waits, told as the original tells it: `(attempts - 1) * delay`. Default 200 ms. */
  readonly retry?: RetryConfig;
}

export type LockStatus = "ACQUIRED" | "FREE";

/**
 * `Lock` of `@upstash/lock`, over Holdfast: waits in the queue instead of asking again and again, survives lost replies,
 * extends by milliseconds, and a second `acquire` that fails leaves the first one's lock alone.
 *
 * @example
 * ```ts
 * import { Lock } from "@holdfast/core/compat/upstash-lock";
 *
 * const lock = new Lock({ id: "unique-lock-id", redis: Redis.fromEnv() });
 * if (await lock.acquire()) {
 *   await criticalSection();
 *   await lock.release();
 * }
 * ```
 */
export class Lock {
  readonly #locks: Mutexes;
  readonly #id: string;
  readonly #terms: Terms;
  #lease: Lease | undefined;
  /** What the caller was given, by the local clock. A lease that was waited for gets there with its confirmation. */
  #until = 0;

  /** @throws HoldfastError `invalid-argument` for an id, client or number that cannot work. Does no I/O. */
  constructor({ id, redis, lease, retry }: LockCreateConfig) {
    checkName(id);
    this.#locks = locksOf("Lock", redis, createMutexes);
    this.#id = id;
    this.#terms = termsOf({ lease, retry }, DEFAULTS);
  }

  get id(): string {
    return this.#id;
  }

  /**
   * Takes the lock, in its turn.
   *
   * @returns false when others had it until the end, this object's own lease among them.
   * @throws HoldfastError `unavailable` when the database does not answer: broken is not busy.
   */
  async acquire(config: LockAcquireConfig = {}): Promise<boolean> {
    checkKnown(config, ["lease", "retry", "uuid"], "acquire option");
    const { lease: ttlMs, attempts, delay } = termsOf(config, this.#terms);
    const waitMs = Math.min((attempts - 1) * delay, MAX_TIMER_MS);
    try {
      this.#lease = await askThenWait(
        (wait) => this.#locks.acquire(this.#id, { ttlMs, waitMs: wait }),
        waitMs,
      );
    } catch (error) {
      if (hasCode(error, "timeout")) return false;
      throw error;
    }
    this.#until = Date.now() + ttlMs;
    return true;
  }

  /**
   * Gives the lock back.
   *
   * @returns false when there was none any more.
   * @throws HoldfastError `unavailable` when the database does not answer; releasing goes on in the background.
   */
  async release(): Promise<boolean> {
    const lease = this.#lease;
    this.#lease = undefined;
    try {
      return (await lease?.release()) === "released";
    } catch (error) {
      this.#lease ??= lease;
      throw error;
    }
  }

  /**
   * Adds `amt` milliseconds to what is left, once, however often the network repeats it.
   *
   * @returns false when the lock is lost, or was never acquired.
   */
  async extend(amt: number): Promise<boolean> {
    checkMs("amt", amt, 1, DAY_MS);
    const lease = this.#lease;
    if (!lease) return false;
    const ttlMs = Math.max(lease.remainingMs(), this.#until - Date.now(), 0) + amt;
    if (!(await lasts(lease, ttlMs))) return false;
    this.#until = Date.now() + ttlMs;
    return true;
  }

  /** Asks the database whether this object has the lock. */
  async getStatus(): Promise<LockStatus> {
    // An extension to what is left anyway changes nothing, and only the holder gets one.
    const held = this.#lease && (await lasts(this.#lease, Math.max(this.#lease.remainingMs(), MIN_TTL_MS)));
    return held ? "ACQUIRED" : "FREE";
  }
}

interface Terms {
  readonly lease: number;
  readonly attempts: number;
  readonly delay: number;
}

const DEFAULTS: Terms = { lease: 10_000, attempts: 3, delay: 100 };

function termsOf(
  { lease, retry = {} }: { lease?: number | undefined; retry?: RetryConfig | undefined },
  otherwise: Terms,
): Terms {
  const { attempts, delay } = checkKnown(retry, ["attempts", "delay"], "retry option");
  return {
    lease: checkMs("lease", lease ?? otherwise.lease, MIN_TTL_MS, DAY_MS),
    attempts: checkWhole("retry.attempts", attempts ?? otherwise.attempts, 1, 1_000_000),
    delay: checkMs("retry.delay", delay ?? otherwise.delay, 0, MAX_TIMER_MS),
  };
}

async function lasts(lease: Lease, ttlMs: number): Promise<boolean> {
  if (ttlMs > DAY_MS) throw invalid(`a lock cannot be extended beyond ${DAY_MS} ms from now.`);
  try {
    return (await lease.extend(ttlMs)) > 0;
  } catch (error) {
    if (hasCode(error, "lost")) return false;
    throw error;
  }
}
