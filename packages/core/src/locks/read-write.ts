import { HoldfastError, invalid } from "../errors.ts";
import { HeldLease } from "../lease/held-lease.ts";
import type { Lease } from "../lease/lease.ts";
import type { Target } from "../lock/target.ts";
import type { LocksContext } from "./context.ts";
import { READ_WRITE_CAPACITY } from "./limits.ts";
import type { DefaultOptions } from "./options.ts";
import { type LockVerbs, lockVerbs } from "./verbs.ts";

/** Many readers or one writer, strictly in order of arrival: readers who come after a waiting writer wait behind it. */
export interface ReadWriteLock {
  readonly read: LockVerbs;
  readonly write: LockVerbs;
  /**
   * Turns a write lease into a read lease without a gap: other readers are let in, no writer comes between.
   *
   * @returns the same lease.
   * @throws LockLostError when the lease is over.
   */
  downgrade(lease: Lease): Promise<Lease>;
  /**
   * Turns a read lease into the write lease, with a new fence, if it is the only reader. Two readers that both waited
   * to become the writer would wait for each other, so the others have to go first.
   *
   * @returns the same lease.
   * @throws HoldfastError `refused` when there are other readers; LockLostError when the lease is over.
   */
  upgrade(lease: Lease): Promise<Lease>;
}

export function readWriteLock(context: LocksContext, defaults: DefaultOptions, name: string): ReadWriteLock {
  const target =
    (mode: "exclusive" | "shared", weight: number) =>
    (given: number | undefined): Target => {
      if (given !== undefined) throw invalid("weight is an option of semaphores.");
      return { name, kind: "readwrite", capacity: READ_WRITE_CAPACITY, weight, mode };
    };

  async function convert(lease: Lease, mode: "exclusive" | "shared", weight: number): Promise<Lease> {
    if (!(lease instanceof HeldLease) || lease.name !== name)
      throw invalid(`this is not a lease of the read/write lock ${JSON.stringify(name)}.`);
    lease.checkHeld();
    const { fence } = lease;
    // From the moment the request leaves, other readers may be in.
    if (mode === "shared") lease.convert(mode, weight);
    const reply = await context.commands.convert(name, lease.claim, fence, mode, weight, {
      budgetMs: lease.budgetMs(),
    });
    if (reply.status === "converted") lease.convert(mode, weight, reply.fence);
    if (reply.status === "lost") lease.lose("taken");
    if (reply.status === "refused")
      throw new HoldfastError(
        "refused",
        `${JSON.stringify(name)} has other readers: release this lease and acquire for writing.`,
      );
    lease.checkHeld();
    return lease;
  }

  return {
    read: lockVerbs(context, defaults, target("shared", 1)),
    write: lockVerbs(context, defaults, target("exclusive", READ_WRITE_CAPACITY)),
    downgrade: (lease) => convert(lease, "shared", 1),
    upgrade: (lease) => convert(lease, "exclusive", READ_WRITE_CAPACITY),
  };
}
