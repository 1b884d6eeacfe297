import { invalid, originalOf } from "../errors.ts";
import type { Lease } from "../lease/lease.ts";
import type { Target } from "../lock/target.ts";
import { type AcquireContext, acquire } from "../wait/acquire.ts";
import { nested } from "./nested.ts";
import { type AcquireOptions, type DefaultOptions, parseOptions, type TryAcquireOptions } from "./options.ts";

/** The three ways to take a lock. Every one checks its arguments first: a mistake rejects before any request leaves. */
export interface LockVerbs<
  Wait extends AcquireOptions = AcquireOptions,
  Try extends TryAcquireOptions = TryAcquireOptions,
> {
  /**
   * Waits its turn and takes the lock.
   *
   * @throws LockTimeoutError when it was held by others for `waitMs`; HoldfastError `unavailable` when the store gave
   * no answer in time (what it may have granted is taken back); the signal's reason when it aborts.
   */
  acquire(options?: Wait): Promise<Lease>;
  /**
   * Takes the lock if it is free now and nobody waits for it; `null` otherwise. One request.
   *
   * @throws HoldfastError `unavailable` when the store gave no answer: busy and broken are different things.
   */
  tryAcquire(options?: Try): Promise<Lease | null>;
  /**
   * Acquires, runs `fn`, and releases however it ends. The lease is renewed meanwhile. Gives what `fn` gives, even if
   * the lease was lost on the way: `lease.signal` tells `fn`, and the fence protects what it writes.
   */
  request<T>(fn: (lease: Lease) => T | Promise<T>): Promise<T>;
  request<T>(options: Wait, fn: (lease: Lease) => T | Promise<T>): Promise<T>;
}

export type RequestArguments<Options, T> =
  | [fn: (lease: Lease) => T | Promise<T>]
  | [options: Options, fn: (lease: Lease) => T | Promise<T>];

/** The verbs over whatever `target` makes of the weight that is asked for; it may throw to refuse it. */
export function lockVerbs(
  context: AcquireContext,
  defaults: DefaultOptions,
  target: (weight: number | undefined) => Target,
): LockVerbs {
  async function take(given: AcquireOptions | undefined, renewByDefault: boolean): Promise<Lease> {
    const { weight, ...rest } = asObject<AcquireOptions>(given);
    const options = parseOptions(rest, defaults, renewByDefault);
    const wanted = target(weight);
    return options.within !== undefined
      ? nested(options.within, wanted)
      : acquire(context, wanted, options, true);
  }

  return {
    acquire: (given) => take(given, false),
    async tryAcquire(given) {
      const { weight, ...rest } = asObject<TryAcquireOptions>(given);
      for (const option of ["waitMs", "maxWaiters", "maxRequests", "steal", "onPlace"])
        if (option in rest) throw invalid(`tryAcquire does not wait; ${option} is for acquire.`);
      const options = parseOptions(rest, defaults, false);
      const wanted = target(weight);
      return options.within !== undefined
        ? nested(options.within, wanted)
        : acquire(context, wanted, options, false);
    },
    async request<T>(...args: RequestArguments<AcquireOptions, T>) {
      const fn = args.at(-1);
      if (typeof fn !== "function") throw invalid("request needs a function to run: request(options, fn).");
      const lease = await take(args.length > 1 ? (args[0] as AcquireOptions) : undefined, true);
      try {
        return await fn(lease);
      } catch (error) {
        throw originalOf(error, lease.signal);
      } finally {
        await lease[Symbol.asyncDispose]();
      }
    },
  };
}

function asObject<Options extends object>(given: Options | undefined): Options & { weight?: number } {
  if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given)))
    throw invalid("options must be given as an object.");
  return { ...(given as Options) };
}
