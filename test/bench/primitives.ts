import { type AcquireOptions, createGuard, type Locks, type Store } from "@holdfast/core";

export interface Client {
  readonly locks: Locks;
  readonly store: Store;
}

/** Something that is taken, and given back when done. */
export interface Taken {
  release(): Promise<unknown>;
}

/** A kind of lock as the cost table sees it. */
export interface Primitive {
  readonly name: string;
  /** The whole of it when nobody else is there. */
  alone(client: Client, name: string): Promise<unknown>;
  /** Many who want one name. Missing: it never waits. */
  readonly contended?: (client: Client, name: string) => Contended;
}

export interface Contended {
  take(): Promise<Taken>;
  /** Keeps everybody out who wants to `take`, until it is released. */
  block(): Promise<Taken>;
}

type Take = (client: Client, name: string) => Promise<Taken>;

const WAITING: AcquireOptions = { waitMs: Number.POSITIVE_INFINITY };
const PERMITS = 3;

function lock(name: string, take: Take, block: Take = take): Primitive {
  return {
    name,
    alone: async (client, name) => (await take(client, name)).release(),
    contended: (client, name) => ({ take: () => take(client, name), block: () => block(client, name) }),
  };
}

export const mutex: Primitive = lock("mutex", ({ locks }, name) => locks.acquire(name, WAITING));

const write: Take = ({ locks }, name) => locks.readWrite(name).write.acquire(WAITING);
const permits =
  (weight: number): Take =>
  ({ locks }, name) =>
    locks.semaphore(name, { permits: PERMITS }).acquire({ ...WAITING, weight });

const latch: Primitive = {
  name: "latch of 1",
  async alone({ locks }, name) {
    const latch = locks.latch(name, { count: 1 });
    await latch.countDown();
    await latch.wait();
  },
  contended({ locks }, name) {
    // One stream tells all who wait on one object.
    const latch = locks.latch(name, { count: 1 });
    return {
      async take() {
        await latch.wait(WAITING);
        return { release: async () => {} };
      },
      block: async () => ({ release: () => latch.countDown() }),
    };
  },
};

export const PRIMITIVES: readonly Primitive[] = [
  mutex,
  lock("read", ({ locks }, name) => locks.readWrite(name).read.acquire(WAITING), write),
  lock("write", write),
  lock(`semaphore, ${PERMITS} permits`, permits(1), permits(PERMITS)),
  lock("acquireAll, 3 names", ({ locks }, name) =>
    locks.acquireAll([`${name}:a`, `${name}:b`, `${name}:c`], WAITING),
  ),
  lock("election", async ({ locks }, name) => {
    const leadership = await locks.election(name).campaign();
    return { release: () => leadership.resign() };
  }),
  latch,
  {
    name: "guarded set",
    alone: ({ store }, name) => createGuard({ store }).set(name, "value", { fence: 1 }),
  },
];
