import type { Emit } from "../events.ts";
import type { RunOptions, Store } from "../store/store.ts";
import { type AcquireReply, decodeAcquire, decodeNumbers } from "./replies.ts";
import { scriptCaller } from "./script-caller.ts";
import { acquireScript, extendScript, releaseScript, takeBackScript } from "./scripts.generated.ts";
import { groupBy, type SlotOf, slotsOf } from "./slots.ts";
import type { Claim, Target } from "./target.ts";

/**
 * `try` does not wait, `wait` waits in turn; with `barge` a free name is taken before those who wait, with `barge-steal`
 * one that is held too.
 */
export type Manner = "try" | "wait" | "barge" | "barge-try" | "barge-steal";

/** The life of a lease: all that a mutex needs of the server, one script each, keys and arguments in, meaning out. */
export interface LeaseCommands {
  /** Names of different slots are asked for in different requests. */
  readonly slotOf: SlotOf;
  acquire(
    target: Target,
    ask: string,
    manner: Manner,
    maxWaiters: number,
    options: RunOptions,
  ): Promise<AcquireReply>;
  /**
   * For each lease the milliseconds it has left, 0 for one that is not held any more. One request for each slot; with
   * several, `onSend` is called for the first that leaves, so that no lease is thought to end later than it does.
   */
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
  const slotOf = slotsOf(store, namespace);
  return {
    slotOf,
    acquire: async ({ name, kind, capacity }, ask, manner, maxWaiters, options) =>
      decodeAcquire(
        await run(acquireScript, "acquire", [name], [kind, capacity, ask, manner, maxWaiters], options),
      ),
    async extend(leases, options) {
      const groups = groupBy(leases, (lease) => slotOf(lease.name));
      const remaining = new Map<(typeof leases)[number], number>();
      let sent = false;
      const onSend = () => {
        if (!sent || groups.length === 1) options.onSend?.();
        sent = true;
      };
      const extendGroup = async (group: typeof leases) => {
        const names = group.map((lease) => lease.name);
        const args = group.flatMap((lease) => [lease.attempt, lease.owner, lease.ttlMs]);
        const reply = await run(extendScript, "extend", names, args, { ...options, onSend });
        for (const [i, ms] of decodeNumbers(reply, group.length).entries())
          remaining.set(group[i] as (typeof leases)[number], ms);
      };
      await Promise.all(groups.map(extendGroup));
      return leases.map((lease) => remaining.get(lease) ?? 0);
    },
    async release(leases, { attempt, owner }, options) {
      const releaseGroup = async (group: typeof leases) => {
        const names = group.map((lease) => lease.name);
        const args = [attempt, owner, ...group.map((lease) => lease.fence)];
        return decodeNumbers(await run(releaseScript, "release", names, args, options), names.length);
      };
      const released = await Promise.all(groupBy(leases, (lease) => slotOf(lease.name)).map(releaseGroup));
      return released.flat().every((one) => one === 1);
    },
    async takeBack(targets, ask, options) {
      const takeBackGroup = async (group: typeof targets) => {
        const { kind, capacity } = group[0] as Target;
        const names = group.map((target) => target.name);
        await run(takeBackScript, "release", names, [kind, capacity, ask], options);
      };
      await Promise.all(groupBy(targets, (target) => slotOf(target.name)).map(takeBackGroup));
    },
  };
}
