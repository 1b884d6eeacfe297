import type { AcquireOptions, Lease, Locks, LockVerbs, TryAcquireOptions } from "@holdfast/core";
import type { Random } from "@holdfast/testing/simulation";

/** What was granted: a lease, or something on top of one. */
export type Held = Pick<Lease, "name" | "fence" | "signal" | "remainingMs" | "release"> &
  Partial<Pick<Lease, "extend" | "toJSON">>;

/** One way to ask for a kind of lock, drawn for each operation. */
export interface Choice {
  readonly names: readonly string[];
  readonly capacity: number;
  readonly weight: number;
  acquire(options: AcquireOptions): Promise<Held>;
  tryAcquire?(options: TryAcquireOptions): Promise<Held | null>;
  request?(options: AcquireOptions, fn: (held: Held) => Promise<void>): Promise<void>;
  /** Makes the lease go on with another weight. Throws what the lock says when it is refused that. */
  convert?(held: Held, weight: number): Promise<unknown>;
  /** Waits in turn and for as long as it takes, whatever the options say. */
  readonly patient?: boolean;
}

export type Primitive = (locks: Locks, names: readonly string[], random: Random) => Choice;

/** The capacity of read/write locks, all of which a writer takes. */
const READ_WRITE = 1_000_000_000;
const PERMITS = 5;

const mutex: Primitive = (locks, names, random) => {
  const name = random.pick(names);
  return {
    names: [name],
    capacity: 1,
    weight: 1,
    acquire: (options) => locks.acquire(name, options),
    tryAcquire: (options) => locks.tryAcquire(name, options),
    request: (options, fn) => locks.request(name, options, fn),
  };
};

const rw: Primitive = (locks, names, random) => {
  const name = random.pick(names);
  const { read, write, downgrade, upgrade } = locks.readWrite(name);
  const reading = random.chance(0.7);
  return {
    ...verbs(reading ? read : write),
    names: [name],
    capacity: READ_WRITE,
    weight: reading ? 1 : READ_WRITE,
    // What was granted is the lease itself.
    convert: (held, weight) => (weight === 1 ? downgrade : upgrade)(held as Lease),
  };
};

const semaphore: Primitive = (locks, names, random) => {
  const name = random.pick(names);
  const weight = random.pick([1, 1, 1, 2, PERMITS]);
  const { acquire, tryAcquire, request } = locks.semaphore(name, { permits: PERMITS });
  return {
    names: [name],
    capacity: PERMITS,
    weight,
    acquire: (options) => acquire({ ...options, weight }),
    tryAcquire: (options) => tryAcquire({ ...options, weight }),
    request: (options, fn) => request({ ...options, weight }, fn),
  };
};

/** Several names at once, in the way of others that want one of them. */
const many: Primitive = (locks, names, random) => {
  if (random.chance(0.4)) return mutex(locks, names, random);
  const wanted = names.filter(() => random.chance(0.5));
  const several = shuffled(wanted.length > 0 ? wanted : names, random);
  return { names: several, capacity: 1, weight: 1, acquire: (options) => locks.acquireAll(several, options) };
};

const election: Primitive = (locks, names, random) => {
  const name = random.pick(names);
  return {
    names: [name],
    capacity: 1,
    weight: 1,
    patient: true,
    async acquire({ ttlMs, signal, metadata }) {
      const leadership = await locks.election(name).campaign({
        ...(ttlMs !== undefined && { ttlMs }),
        ...(signal && { signal }),
        ...(metadata !== undefined && { metadata }),
      });
      const { fence, signal: over, remainingMs, resign } = leadership;
      return { name, fence, signal: over, remainingMs, release: resign };
    },
  };
};

function shuffled(names: readonly string[], random: Random): string[] {
  const drawn = names.map((name) => ({ name, place: random.between(0, 1) }));
  return drawn.sort((a, b) => a.place - b.place).map(({ name }) => name);
}

function verbs({
  acquire,
  tryAcquire,
  request,
}: LockVerbs): Pick<Choice, "acquire" | "tryAcquire" | "request"> {
  return { acquire, tryAcquire, request };
}

export const PRIMITIVES = { mutex, rw, semaphore, many, election } as const;
export type PrimitiveName = keyof typeof PRIMITIVES;
export const PRIMITIVE_NAMES = Object.keys(PRIMITIVES) as PrimitiveName[];
