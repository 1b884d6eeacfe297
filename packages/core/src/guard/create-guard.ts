import { checkKnown, checkMs, checkSignal, checkWhole } from "../check.ts";
import { type Clock, checkClock, systemClock } from "../clock.ts";
import { HoldfastError, invalid } from "../errors.ts";
import { guardScript } from "../lock/scripts.generated.ts";
import { token } from "../locks/claim.ts";
import { checkKeepsValues } from "../store/keeps-values.ts";
import type { Reply, Store } from "../store/store.ts";
import { fenceKeyOf } from "./fence-key.ts";

export interface GuardOptions {
  /** Where the keys live. */
  readonly store: Store;
  /**
   * How long the greatest fence of a key is remembered after the last write: how long a holder may be paused and still
   * be refused. 60,000 to 2,592,000,000 ms (30 days); default 604,800,000 (7 days).
   */
  readonly keepMs?: number;
  /** Replaces the platform's chance, for tests. */
  readonly clock?: Clock;
}

export interface GuardedDeleteOptions {
  /** The fence of the lease under which this is done: `lease.fence`. A safe integer from 1. A lease will do for options. */
  readonly fence: number;
  /** Ends the call, which rejects with the signal's reason. Whether it wrote is then not known. */
  readonly signal?: AbortSignal;
}

export interface GuardedSetOptions extends GuardedDeleteOptions {
  /** How long the value lasts. 1 to 31,536,000,000 ms (365 days). Default: until it is deleted. */
  readonly ttlMs?: number;
}

/** How a guarded write went: it is done (`written`), or somebody with a greater fence was there before (`stale`). */
export interface GuardedWrite {
  readonly outcome: "written" | "stale";
  /** The greatest fence that has written the key. */
  readonly fence: number;
}

/** What a guarded read found: the value (`null`: no such key), or that somebody with a greater fence was there before. */
export type GuardedRead =
  | { readonly outcome: "read"; readonly fence: number; readonly value: string | null }
  | { readonly outcome: "stale"; readonly fence: number };

/** Reads and writes Redis keys so that whoever lost the lock cannot overwrite what a later holder saw or wrote. */
export interface Guard {
  /**
   * Reads the key, as GET does, and refuses every write with a smaller fence from then on. What is written after it was
   * read and thought about needs this: a guard on writes alone lets a paused holder write between a later holder's
   * read and its write.
   *
   * @throws HoldfastError as `set`.
   * @example
   * ```ts
   * const count = await guard.get("count", { fence: lease.fence });
   * if (count.outcome === "stale") throw new Error("somebody else counts now");
   * await guard.set("count", String(Number(count.value) + 1), { fence: lease.fence });
   * ```
   */
  get(key: string, options: GuardedDeleteOptions): Promise<GuardedRead>;
  /**
   * Sets the key to a string, as SET does, unless a greater fence has written or deleted it before. Check and write
   * are one step of the server's.
   *
   * @param key - 1 to 512 UTF-16 units, as it is in Redis: no namespace is added. Its fence is kept in a key beside it.
   * @throws HoldfastError `unavailable` when the store gave no answer (it may or may not have written; the same call
   * can be made again), `kind-mismatch` when the key holds no string.
   * @example
   * ```ts
   * const { outcome } = await guard.set("invoice:42", JSON.stringify(invoice), { fence: lease.fence });
   * if (outcome === "stale") throw new Error("somebody else has the invoice now");
   * ```
   */
  set(key: string, value: string, options: GuardedSetOptions): Promise<GuardedWrite>;
  /** Deletes the key likewise. A smaller fence cannot bring it back. */
  delete(key: string, options: GuardedDeleteOptions): Promise<GuardedWrite>;
}

const DAY_MS = 86_400_000;

/**
 * Makes guarded reads and writes for a store. Does no I/O.
 *
 * Keep one for the life of the process: a request that the network repeats is told from a new write for the 16 guards
 * that last wrote a key under the same fence.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 * @example
 * ```ts
 * const guard = createGuard({ store });
 * ```
 */
export function createGuard(options: GuardOptions): Guard {
  const {
    store,
    keepMs = 7 * DAY_MS,
    clock = systemClock,
  } = checkKnown(options, ["store", "keepMs", "clock"], "createGuard option");
  checkKeepsValues("createGuard", store);
  checkMs("keepMs", keepMs, 60_000, 30 * DAY_MS);
  checkClock(clock);
  let writer = "";
  let writes = 0;

  async function run(
    key: string,
    act: readonly [verb: string, value: string, ttlMs: number],
    { fence, signal }: GuardedDeleteOptions,
  ): Promise<Reply> {
    checkWhole("fence", fence, 1, Number.MAX_SAFE_INTEGER);
    checkSignal(signal);
    const keys = [key, fenceKeyOf(key)];
    writer ||= token(clock);
    const reply = await store.run(guardScript, keys, [fence, writer, ++writes, keepMs, ...act].map(String), {
      signal,
    });
    if (Array.isArray(reply) && reply[0] === "kind")
      throw new HoldfastError("kind-mismatch", `${JSON.stringify(keys[1])} is in use by something else.`);
    return reply;
  }

  async function write(...[key, act, options]: Parameters<typeof run>): Promise<GuardedWrite> {
    const seen = seenFence(await run(key, act, options), options.fence);
    return { outcome: seen === options.fence ? "written" : "stale", fence: seen };
  }

  return {
    async get(key, options) {
      checkKnown(options, ["fence", "signal"], "guarded read option");
      const { fence } = options;
      const reply = await run(key, ["get", "", 0], options);
      if (!Array.isArray(reply)) {
        const seen = seenFence(reply, fence);
        if (seen === fence) throw strange();
        return { outcome: "stale", fence: seen };
      }
      const [verb, value = null] = reply as readonly unknown[];
      if (verb !== "found" || (value !== null && typeof value !== "string")) throw strange();
      return { outcome: "read", fence, value };
    },
    async set(key, value, options) {
      // How long a lease lasts is not how long the value does.
      const { ttlMs } = { ...checkKnown(options, ["fence", "ttlMs", "signal"], "guarded write option") };
      if (typeof value !== "string") throw invalid("a guarded value must be a string.");
      if (ttlMs !== undefined) checkMs("ttlMs", ttlMs, 1, 365 * DAY_MS);
      return write(key, ["set", value, ttlMs ?? 0], options);
    },
    async delete(key, options) {
      checkKnown(options, ["fence", "signal"], "guarded write option");
      return write(key, ["delete", "", 0], options);
    },
  };
}

function seenFence(reply: Reply, fence: number): number {
  if (typeof reply !== "number" || !Number.isSafeInteger(reply) || reply < fence) throw strange();
  return reply;
}

function strange(): HoldfastError {
  return new HoldfastError("unavailable", "the store's answer is not one that the script gives.");
}
