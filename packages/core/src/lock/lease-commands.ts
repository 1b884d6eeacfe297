import type { Emit } from "../events.ts";
import type { RunOptions, Store } from "../store/store.ts";
import { type AcquireReply, decodeAcquire, decodeNumbers } from "./replies.ts";
import { scriptCaller } from "./script-caller.ts";
import { acquireScript, extendScript, releaseScript, takeBackScript } from "./scripts.generated.ts";
import type { Claim, Target } from "./target.ts";

/**
 * `try` does not wait, `wait` waits in turn; with `barge` a free name is taken before those who wait, with `barge-steal`
 * one that is held too.
 */
export type Manner = "try" | "wait" | "barge" | "barge-try" | "barge-steal";

/** The life of a lease: all that a mutex needs of the server, one script each, keys and arguments in, meaning out. */
export interface LeaseCommands {
  acquire(
    target: Target,
    ask: string,
    manner: Manner,
    maxWaiters: number,
    options: RunOptions,
  ): Promise<AcquireReply>;
  /** For each lease the milliseconds it has left, 0 for one that is not held any more. One request for all. */
  extend(
    leases: readonly (Claim & { name: string; ttlMs: number })[],
    options: RunOptions,
  ): Promise<number[]>;
  /** Whether the lease was this owner's until now, or was released by an earlier try of the same call. */
  release(
    leases: readonly { name: string; fence: number }[],
    claim: Claim,
    options: RunOptions,
  ): Promise<boolean>;
  /** Releases what the ask got, takes it out of the queue, and keeps it from getting anything should it arrive late. */
  takeBack(targets: readonly Target[], ask: string, options: RunOptions): Promise<void>;
}

export function leaseCommands(store: Store, namespace: string, emit: Emit): LeaseCommands {
  const run = scriptCaller(store, namespace, emit);
  return {
    acquire: async ({ name, kind, capacity }, ask, manner, maxWaiters, options) =>
      decodeAcquire(
        await run(acquireScript, "acquire", [name], [kind, capacity, ask, manner, maxWaiters], options),
      ),
    extend: async (leases, options) => {
      const names = leases.map((lease) => lease.name);
      const args = leases.flatMap((lease) => [lease.attempt, lease.owner, lease.ttlMs]);
      return decodeNumbers(await run(extendScript, "extend", names, args, options), leases.length);
    },
    release: async (leases, { attempt, owner }, options) => {
      const names = leases.map((lease) => lease.name);
      const args = [attempt, owner, ...leases.map((lease) => lease.fence)];
      const released = decodeNumbers(await run(releaseScript, "release", names, args, options), names.length);
      return released.every((one) => one === 1);
    },
    takeBack: async (targets, ask, options) => {
      const [first] = targets;
      const names = targets.map((target) => target.name);
      if (first) await run(takeBackScript, "release", names, [first.kind, first.capacity, ask], options);
    },
  };
}
