import { checkKnown, checkMs } from "../check.ts";
import { MAX_TIMER_MS } from "../clock.ts";
import type { ReleaseOutcome } from "../lease/lease.ts";
import { mutex } from "../lock/target.ts";
import type { LocksContext } from "../locks/context.ts";
import { DAY_MS } from "../locks/limits.ts";
import { type DefaultOptions, type Json, parseOptions } from "../locks/options.ts";
import { acquire } from "../wait/acquire.ts";
import { type Leader, leaderOf } from "./leader.ts";
import { type ObserveOptions, observe } from "./observe.ts";

export interface CampaignOptions {
  /** Ends the candidacy; the call rejects with the signal's reason. Without effect once elected. */
  readonly signal?: AbortSignal;
  /** Tells observers who leads. At most 1,024 characters of JSON. Not a place for secrets. */
  readonly metadata?: Json;
  /** After how long a leader that died is replaced. 10 to 86,400,000 ms; default 30,000. */
  readonly ttlMs?: number;
  /**
   * For how long one candidate leads at the most; the next one is elected then. `ttlMs` to 2,147,483,647 ms; default
   * 86,400,000 (24 h), or `ttlMs` if that is longer.
   */
  readonly maxHoldMs?: number;
}

/**
 * Being the leader, until it is resigned or lost. It is renewed all the while.
 *
 * Stop leading when `signal` aborts, and send `fence` along with whatever the leader writes: a leader that was frozen
 * learns only afterwards that it was replaced.
 */
export interface Leadership extends AsyncDisposable {
  /** Greater than that of every leader before. A safe integer. */
  readonly fence: number;
  /**
   * Aborts with a `LockLostError` when leadership ends without `resign()`; its `reason` is `expired` when it could not
   * be renewed, `taken` when it was broken, `max-hold` after `maxHoldMs`. Campaign again to go on.
   */
  readonly signal: AbortSignal;
  /** How long the leader may still rely on being it, in milliseconds; 0 once it may not. */
  remainingMs(): number;
  /**
   * Hands over to the next candidate. Calling it again answers the same.
   *
   * @throws HoldfastError `unavailable` when the store did not answer: resigning goes on in the background, and the
   * next candidate is elected after `ttlMs` at the latest.
   */
  resign(): Promise<ReleaseOutcome>;
}

/** One leader at a time among those who campaign under a name. The name is a mutex: `locks.acquire` competes for it. */
export interface Election {
  /**
   * Waits until this candidate is the leader, however long that takes. Candidates are elected in the order in which
   * they came; one that died meanwhile is passed over after 2 seconds.
   *
   * @throws HoldfastError `unavailable` when the store gave no answer, `kind-mismatch` when the name is another kind
   * of lock; the signal's reason when it aborts. The candidacy is then withdrawn.
   * @example
   * ```ts
   * await using leadership = await locks.election("reports").campaign({ metadata: { host } });
   * await run({ signal: leadership.signal, fence: leadership.fence });
   * ```
   */
  campaign(options?: CampaignOptions): Promise<Leadership>;
  /**
   * Who leads now, or `undefined`. One request.
   *
   * @throws HoldfastError `unavailable`, `kind-mismatch`.
   */
  leader(): Promise<Leader | undefined>;
  /**
   * Yields the present leader (`undefined`: nobody), then each one that a look finds in its place; one that led only
   * between two looks is passed over. It looks once in `intervalMs`, and sooner, up to four times as often, when the
   * leader's lease is about to end.
   *
   * The iteration rejects with the signal's reason when that aborts, and with HoldfastError `unavailable` when the
   * store gave no answer; iterate again to go on.
   *
   * @throws HoldfastError `invalid-argument` for options that cannot work.
   * @example
   * ```ts
   * for await (const leader of election.observe({ signal })) console.log(leader?.metadata ?? "nobody leads");
   * ```
   */
  observe(options?: ObserveOptions): AsyncIterable<Leader | undefined>;
}

export function election(context: LocksContext, defaults: DefaultOptions, name: string): Election {
  const look = (signal?: AbortSignal) => leaderOf(context, name, signal);
  return {
    async campaign(options = {}) {
      const { maxHoldMs, ...rest } = checkKnown(options, KNOWN, "campaign option");
      const parsed = parseOptions({ ...rest, renew: true }, defaults, true);
      const limit = checkMs(
        "maxHoldMs",
        maxHoldMs === undefined ? Math.max(DAY_MS, parsed.ttlMs) : maxHoldMs,
        parsed.ttlMs,
        MAX_TIMER_MS,
        " (at least ttlMs)",
      );
      const lease = await acquire(
        context,
        mutex(name),
        // Whatever a client's other locks do by default, candidates wait, in turn, and without end.
        {
          ...parsed,
          maxHoldMs: limit,
          waitMs: Number.POSITIVE_INFINITY,
          fair: true,
          maxWaiters: 0,
          maxRequests: Number.POSITIVE_INFINITY,
        },
        true,
      );
      return {
        fence: lease.fence,
        get signal() {
          return lease.signal;
        },
        remainingMs: () => lease.remainingMs(),
        resign: () => lease.release(),
        [Symbol.asyncDispose]: () => lease[Symbol.asyncDispose](),
      };
    },
    leader: async () => look(),
    observe: (options) => observe(context.clock, look, options),
  };
}

const KNOWN = ["signal", "metadata", "ttlMs", "maxHoldMs"];
