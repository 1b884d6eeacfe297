import type { Emit } from "../events.ts";
import type { RunOptions, Store } from "../store/store.ts";
import { type AcquireReply, decodeAcquire, decodeNumbers, decodeRemaining } from "./replies.ts";
import { scriptCaller } from "./script-caller.ts";
import { acquireScript, extendScript, releaseScript, takeBackScript } from "./scripts.generated.ts";
import { groupBy, type SlotOf, slotsOf } from "./slots.ts";
import { type Claim, encodeAsk, type Target, type Wish } from "./target.ts";

/**
 * `try` does not wait, `wait` waits in turn; with `barge` a free name is taken before those who wait, with `barge-steal`
 * one that is held too.
 */
export type Manner = "try" | "wait" | "barge" | "barge-try" | "barge-steal";

/**
 * The life of a lease: all that a mutex needs of the server. Every one may be executed any number of times for one call,
 * and rejects with a HoldfastError as the `run` of a store does, `kind-mismatch` for a name of another kind included.
 */
export interface LeaseCommands {
  /** Names of different slots are asked for in different requests. One slot for all is right where that is done behind it. */
  readonly slotOf: SlotOf;
  /** `maxWaiters`: the most that may wait already for this one to queue; 0 for no limit. */
  acquire(
    target: Target,
    claim: Claim,
    wish: Wish,
    manner: Manner,
    maxWaiters: number,
    options: RunOptions,
  ): Promise<AcquireReply>;
  /**
   * For each lease the milliseconds it has left, 0 for one that is not held any more, -1 where that is not known. One request for each slot; with
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
  /**
   * Releases what the claim got, takes it out of the queue, and keeps it from getting anything should a request arrive
   * late. The targets are of one kind, the wish is the one they were asked for with.
   */
  takeBack(targets: readonly Target[], claim: Claim, wish: Wish, options: RunOptions): Promise<void>;
}

export function leaseCommands(store: Store, namespace: string, emit: Emit): LeaseCommands {
  const run = scriptCaller(store, namespace, emit);
  const slotOf = slotsOf(store, namespace);

  /** A request for each slot that the rows are in. The numbers that these answer, in the order of the rows. */
  async function perSlot<Row extends { readonly name: string }>(
    rows: readonly Row[],
    request: (names: string[], group: [Row, ...Row[]]) => Promise<number[]>,
  ): Promise<number[]> {
    const answers = new Map<Row, number | undefined>();
    const ask = async (group: [Row, ...Row[]]) => {
      const numbers = await request(
        group.map((row) => row.name),
        group,
      );
      for (const [i, row] of group.entries()) answers.set(row, numbers[i]);
    };
    await Promise.all(groupBy(rows, (row) => slotOf(row.name)).map(ask));
    return rows.map((row) => answers.get(row) ?? 0);
  }

  return {
    slotOf,
    async acquire(target, claim, wish, manner, maxWaiters, options) {
      const { name, kind, capacity } = target;
      const args = [kind, capacity, encodeAsk(namespace, target, claim, wish), manner, maxWaiters];
      return decodeAcquire(await run(acquireScript, "acquire", [name], args, options));
    },
    async extend(leases, options) {
      let sent = false;
      const first = {
        ...options,
        onSend() {
          if (!sent) options.onSend?.();
          sent = true;
        },
      };
      const apart = new Set(leases.map((lease) => slotOf(lease.name))).size > 1;
      return perSlot(leases, async (names, group) => {
        const args = group.flatMap((lease) => [lease.attempt, lease.owner, lease.ttlMs]);
        const reply = await run(extendScript, "extend", names, args, apart ? first : options);
        return decodeRemaining(reply, names.length);
      });
    },
    async release(leases, { attempt, owner }, options) {
      const released = await perSlot(leases, async (names, group) => {
        const args = [attempt, owner, ...group.map((lease) => lease.fence)];
        return decodeNumbers(await run(releaseScript, "release", names, args, options), names.length);
      });
      return released.every((one) => one === 1);
    },
    async takeBack(targets, claim, wish, options) {
      await perSlot(targets, async (names, [first]) => {
        const args = [first.kind, first.capacity, encodeAsk(namespace, first, claim, wish)];
        await run(takeBackScript, "release", names, args, options);
        return names.map(() => 1);
      });
    },
  };
}
