import { chance, sleep, systemClock } from "../../clock.ts";
import { type ErrorCode, type HoldfastError, invalid } from "../../errors.ts";
import type { Lease } from "../../lease/lease.ts";
import { checkNames } from "../../locks/acquire-all.ts";
import { createLocks, type Locks } from "../../locks/create-locks.ts";
import { checkTtl } from "../../locks/options.ts";
import { askThenWait, hasCode } from "../ask-then-wait.ts";
import { locksOf } from "../source.ts";
import { ExecutionError, ResourceLockedError } from "./errors.ts";
import { Holding, type RedlockAbortSignal } from "./holding.ts";
import { type ExecutionResult, Lock } from "./lock.ts";
import { parseSettings, pauseOf, type Settings, waitOf } from "./settings.ts";
import { type Client, type ExecutionStats, quorumOf, type Vote, vote } from "./vote.ts";

type Routine<T> = (signal: RedlockAbortSignal) => Promise<T>;
type Attempts = Promise<ExecutionStats>[];

/**
 * `Redlock` of `redlock` 5, over Holdfast. With one client a lock waits in its queue, first come, first served; with
 * several it needs a majority, and asks again as the original does.
 *
 * @example
 * ```ts
 * import Redlock from "@holdfast/core/compat/redlock";
 *
 * const redlock = new Redlock([ioredisStore(client)], { retryCount: 10 });
 * await redlock.using([senderId, recipientId], 5000, async (signal) => {
 *   await something();
 *   if (signal.aborted) throw signal.error;
 * });
 * ```
 */
export class Redlock {
  readonly clients: ReadonlySet<Client>;
  readonly settings: Settings;
  readonly #locks = new Map<Client, Locks>();
  readonly #quorum: number;
  readonly #listeners = new Set<(error: Error) => void>();

  /**
   * @param clients one for each independent database: stores, locks, `@upstash/redis` clients or `{ url, token }`.
   * @throws HoldfastError `invalid-argument` for a client or setting that cannot work. Does no I/O.
   */
  constructor(clients: Iterable<Client>, settings?: Partial<Settings>) {
    this.clients = new Set(clients);
    this.settings = parseSettings(settings);
    this.#quorum = quorumOf(this.clients.size);
    if (this.clients.size === 0) throw invalid("Redlock needs at least one client.");
    for (const client of this.clients) {
      const locks = locksOf("Redlock", client, createLocks);
      if (typeof locks.acquireAll !== "function") throw invalid("Redlock needs locks of createLocks.");
      this.#locks.set(client, locks);
    }
  }

  /** Hears every error of a single server, those that a majority makes up for too. What it throws is dropped. */
  on(event: "error", listener: (error: Error) => void): this {
    if (event === "error") this.#listeners.add(listener);
    return this;
  }

  off(event: "error", listener: (error: Error) => void): this {
    if (event === "error") this.#listeners.delete(listener);
    return this;
  }

  /** Does nothing: what a store connects with is closed by whoever opened it. */
  async quit(): Promise<void> {}

  /**
   * Takes all resources or none.
   *
   * @param duration 10 to 86,400,000 ms.
   * @throws ExecutionError when a majority could not be had; `code` says whether it was busy or broken.
   */
  acquire(resources: string[], duration: number, settings?: Partial<Settings>): Promise<Lock> {
    return this.#acquire(resources, duration, settings, false);
  }

  /**
   * Gives the lock back. One that has expired or was lost is nothing to fail for.
   *
   * @throws ExecutionError `unavailable` when a majority did not answer; releasing goes on in the background.
   */
  async release(lock: Lock, settings?: Partial<Settings>): Promise<ExecutionResult> {
    parseSettings(settings);
    lock.holding.close();
    const { won, reasons, stats } = await this.#vote(async (client) => {
      await lock.holding.of(client)?.release();
    });
    if (!won) throw failure(reasons, [stats]);
    return { attempts: [stats] };
  }

  /**
   * Makes the lock last `duration` from now; never shortens it.
   *
   * @returns the lock to go on with.
   * @throws ExecutionError `lost` when a majority no longer holds it, `unavailable` when one did not answer in time.
   */
  async extend(lock: Lock, duration: number, settings?: Partial<Settings>): Promise<Lock> {
    checkTtl(duration);
    parseSettings(settings);
    if (lock.expiration === 0) throw new ExecutionError("lost", "Cannot extend an already-expired lock.", []);
    const { won, reasons, stats } = await this.#vote(async (client) => {
      const lease = lock.holding.of(client);
      if (!lease) throw new ResourceLockedError("the lock was not granted here.");
      await lease.extend(duration);
    });
    if (!won) throw failure(reasons, [stats]);
    return lock.replace([stats]);
  }

  /**
   * Acquires, runs `routine`, and releases however it ends. The lock is renewed meanwhile, for a day at the most. Gives
   * what the routine gives, even if the lock was lost: the signal tells the routine, in time.
   */
  using<T>(
    resources: string[],
    duration: number,
    settings: Partial<Settings>,
    routine: Routine<T>,
  ): Promise<T>;
  using<T>(resources: string[], duration: number, routine: Routine<T>): Promise<T>;
  async using<T>(
    resources: string[],
    duration: number,
    ...rest: [Partial<Settings>, Routine<T>] | [Routine<T>]
  ): Promise<T> {
    const routine = rest.at(-1);
    if (typeof routine !== "function")
      throw invalid("using needs a routine: using(resources, duration, routine).");
    const settings = rest.length > 1 ? (rest[0] as Partial<Settings>) : undefined;
    const lock = await this.#acquire(resources, duration, settings, true);
    try {
      return await routine(lock.holding.signal);
    } finally {
      // The work is done and its outcome must not be replaced by a failed release, which goes on in the background.
      await this.release(lock).catch(() => {});
    }
  }

  async #acquire(
    resources: string[],
    duration: number,
    given: Partial<Settings> | undefined,
    renew: boolean,
  ): Promise<Lock> {
    const names = checkNames(resources);
    checkTtl(duration);
    const settings = parseSettings(given, this.settings);
    // In a queue one waits better than by asking again. Of several servers each has a queue, and the first in one may be the last in another.
    const single = this.clients.size === 1;
    const waitMs = single ? waitOf(settings) : 0;
    const rounds = single
      ? 1
      : settings.retryCount === -1
        ? Number.POSITIVE_INFINITY
        : settings.retryCount + 1;
    const attempts: Attempts = [];
    for (;;) {
      const holding = new Holding(this.#quorum);
      const { won, reasons, stats } = await this.#vote(async (client) => {
        const locks = this.#locks.get(client) as Locks;
        const ask = (waitMs: number) => takeAll(locks, names, { ttlMs: duration, waitMs, renew });
        holding.add(client, await askThenWait(ask, waitMs));
      });
      attempts.push(stats);
      // A majority of which one has run out while others were slow is none.
      if (won && holding.expiresAt() > 0) return new Lock(this, resources, attempts, holding);
      await holding.discard();
      if (attempts.length >= rounds) throw failure(reasons, attempts);
      await sleep(systemClock, pauseOf(settings, chance(systemClock)));
    }
  }

  #vote(ask: (client: Client) => Promise<void>): Promise<Vote> {
    return vote(this.clients, async (client) => {
      try {
        await ask(client);
      } catch (thrown) {
        const error = asRedlocks(thrown as Error);
        for (const hear of this.#listeners)
          try {
            hear(error);
          } catch {}
        throw error;
      }
    });
  }
}

interface Terms {
  readonly ttlMs: number;
  readonly waitMs: number;
  readonly renew: boolean;
}

function takeAll(locks: Locks, names: readonly string[], terms: Terms): Promise<Lease> {
  const [name = ""] = names;
  return names.length === 1 ? locks.acquire(name, terms) : locks.acquireAll(names, terms);
}

function asRedlocks(error: Error): Error {
  return hasCode(error, "timeout") ? new ResourceLockedError(error.message, { cause: error }) : error;
}

/** What kept most servers from it decides what it was. Where that is open, one cannot say that it was busy. */
function failure(reasons: readonly Error[], attempts: Attempts): ExecutionError {
  const codes = reasons.map((reason) => (reason as Partial<HoldfastError>).code ?? "unavailable");
  const times = (code: ErrorCode) => codes.filter((other) => other === code).length;
  const code = codes.reduce<ErrorCode>(
    (most, code) => (times(code) > times(most) ? code : most),
    "unavailable",
  );
  return new ExecutionError(
    code,
    `no majority of the servers: ${reasons[0]?.message ?? "too slow."}`,
    attempts,
  );
}
