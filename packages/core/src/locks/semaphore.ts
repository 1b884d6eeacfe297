import { checkKnown, checkWhole } from "../check.ts";
import { invalid } from "../errors.ts";
import type { Target } from "../lock/target.ts";
import { token } from "./claim.ts";
import type { LocksContext } from "./context.ts";
import { MAX_PERMITS } from "./limits.ts";
import type { AcquireOptions, DefaultOptions, TryAcquireOptions } from "./options.ts";
import { type LockVerbs, lockVerbs } from "./verbs.ts";

export interface Weight {
  /** How many permits to take. 1 to `permits`; default 1. */
  readonly weight?: number;
}

/** A lock that several can hold: at most `permits` of weight at any moment of the server's. */
export interface Semaphore extends LockVerbs<AcquireOptions & Weight, TryAcquireOptions & Weight> {
  /**
   * Changes the number of permits for everybody: 1 to 1,000,000. With fewer, the leases that are held stay, and new
   * ones wait until enough permits are back. Other callers must then say the new number; this object does.
   */
  resize(permits: number): Promise<void>;
}

export function semaphore(
  context: LocksContext,
  defaults: DefaultOptions,
  name: string,
  options: { permits: number },
): Semaphore {
  let capacity = checkPermits(checkKnown(options, ["permits"], "semaphore option").permits);
  const target = (weight = 1): Target => {
    checkWhole("weight", weight, 1, capacity);
    return { name, kind: "semaphore", capacity, weight, mode: "shared" };
  };
  return {
    ...lockVerbs(context, defaults, target),
    async resize(permits) {
      checkPermits(permits);
      await context.commands.resize({ ...target(), capacity: permits }, token(context.clock), {});
      capacity = permits;
    },
  };
}

function checkPermits(permits: unknown): number {
  if (permits === undefined) throw invalid("semaphore(name, { permits }) needs the number of permits.");
  return checkWhole("permits", permits, 1, MAX_PERMITS);
}
