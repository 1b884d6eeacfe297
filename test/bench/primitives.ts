import type { AcquireOptions, Locks } from "@holdfast/core";

/** Something that is taken, and given back when done. */
export interface Taken {
  release(): Promise<unknown>;
}

/** A kind of lock as the cost table sees it. */
export interface Primitive {
  readonly name: string;
  take(locks: Locks, name: string): Promise<Taken>;
  /** Keeps everybody out who wants to `take`. Default: `take` itself. */
  block?(locks: Locks, name: string): Promise<Taken>;
}

const WAITING: AcquireOptions = { waitMs: Number.POSITIVE_INFINITY };
const PERMITS = 3;

export const mutex: Primitive = { name: "mutex", take: (locks, name) => locks.acquire(name, WAITING) };

export const PRIMITIVES: readonly Primitive[] = [
  mutex,
  {
    name: "read",
    take: (locks, name) => locks.readWrite(name).read.acquire(WAITING),
    block: (locks, name) => locks.readWrite(name).write.acquire(WAITING),
  },
  { name: "write", take: (locks, name) => locks.readWrite(name).write.acquire(WAITING) },
  {
    name: `semaphore (${PERMITS} permits)`,
    take: (locks, name) => locks.semaphore(name, { permits: PERMITS }).acquire(WAITING),
    block: (locks, name) =>
      locks.semaphore(name, { permits: PERMITS }).acquire({ ...WAITING, weight: PERMITS }),
  },
  {
    name: "acquireAll (3 names)",
    take: (locks, name) => locks.acquireAll([`${name}:a`, `${name}:b`, `${name}:c`], WAITING),
  },
];
