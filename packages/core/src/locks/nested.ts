import { invalid } from "../errors.ts";
import { HeldLease } from "../lease/held-lease.ts";
import type { Lease, ReleaseOutcome } from "../lease/lease.ts";
import type { Target } from "../lock/target.ts";

/**
 * A lease inside a lease of the same name: the same owner, fence and deadline, no request. Releasing it only closes
 * this level; the name is given back when the outermost lease is released.
 *
 * @throws LockLostError or HoldfastError `invalid-argument` when `outer` is over, or does not cover the target.
 */
export function nested(outer: Lease, { name, kind, weight, mode }: Target): Lease {
  const lease = leases.get(outer) ?? outer;
  if (!(lease instanceof HeldLease)) throw invalid("within must be a lease that these locks gave.");
  lease.checkHeld();
  if (!lease.covers(name, kind, weight))
    throw invalid(
      `within is a lease of ${JSON.stringify(lease.name)} that does not cover a ${kind} ${JSON.stringify(name)} of weight ${weight}` +
        `${kind === "readwrite" ? "; to write within a read lease, use upgrade()" : ""}.`,
    );

  let released: Promise<ReleaseOutcome> | undefined;
  const inner: Lease = {
    name,
    names: [name],
    mode,
    owner: lease.owner,
    metadata: lease.metadata,
    acquiredAt: lease.acquiredAt,
    get fence() {
      return lease.fence;
    },
    get expiresAt() {
      return lease.expiresAt;
    },
    get signal() {
      return lease.signal;
    },
    remainingMs: () => (released ? 0 : lease.remainingMs()),
    async extend(ttlMs) {
      if (released) throw invalid(`this level of the lease on ${JSON.stringify(name)} was released.`);
      return lease.extend(ttlMs);
    },
    async release() {
      released ??= Promise.resolve(lease.outcome ?? "released");
      return released;
    },
    toJSON: () => lease.toJSON(),
    async [Symbol.asyncDispose]() {
      await inner.release();
    },
  };
  leases.set(inner, lease);
  return inner;
}

/** The lease that the server knows behind each nested one. */
const leases = new WeakMap<Lease, HeldLease>();
