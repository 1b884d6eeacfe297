import type { Locks } from "@holdfast/core";
import fc from "fast-check";
import type { Fate, Refusing } from "./fate.ts";
import * as limits from "./limits.ts";

export type Options = Readonly<Record<string, unknown>>;

/** A public function with options. */
export interface Verb {
  readonly takes: limits.Limits;
  /** Whether it can be called without any options. */
  readonly optional?: boolean;
  /** What the limits of single options do not say. */
  readonly also?: (options: Options, defaults: Options) => boolean;
  readonly call: (client: Refusing, options: unknown) => Promise<unknown>;
}

const PERMITS = 7;
const work = () => {};
const bad = (value: unknown) => value as never;

/** A limited renewal lasts one lease at least. */
export function holds(options: Options, defaults: Options): boolean {
  const renew = options.renew === undefined ? defaults.renew : options.renew;
  const ttlMs = options.ttlMs === undefined ? defaults.ttlMs : options.ttlMs;
  return !limits.isRecord(renew) || limits.holdFits(ttlMs, renew.maxHoldMs);
}

const taking = (call: (locks: Locks, options: never) => Promise<unknown>, takes = limits.acquire): Verb => ({
  takes: { ...takes, weight: takes.weight ?? NO_WEIGHT },
  optional: true,
  also: holds,
  call: ({ locks }, options) => call(locks, bad(options)),
});
/** Only semaphores have weights. */
const NO_WEIGHT: limits.Limit = { values: fc.constantFrom<unknown[]>(1, null, "1"), good: () => false };

const semaphore = (locks: Locks) => locks.semaphore("name", { permits: PERMITS });
/** Every public function with options. */
export const verbs: Record<string, Verb> = {
  acquire: taking((locks, options) => locks.acquire("name", options)),
  tryAcquire: taking((locks, options) => locks.tryAcquire("name", options), limits.tryAcquire),
  request: taking((locks, options) => locks.request("name", options, work)),
  acquireAll: {
    takes: limits.acquireAll,
    optional: true,
    also: holds,
    call: ({ locks }, options) => locks.acquireAll(["a", "b"], bad(options)),
  },
  "read.acquire": taking((locks, options) => locks.readWrite("name").read.acquire(options)),
  "read.tryAcquire": taking(
    (locks, options) => locks.readWrite("name").read.tryAcquire(options),
    limits.tryAcquire,
  ),
  "write.request": taking((locks, options) => locks.readWrite("name").write.request(options, work)),
  "semaphore.acquire": taking(
    (locks, options) => semaphore(locks).acquire(options),
    limits.withWeight(limits.acquire, PERMITS),
  ),
  "semaphore.tryAcquire": taking(
    (locks, options) => semaphore(locks).tryAcquire(options),
    limits.withWeight(limits.tryAcquire, PERMITS),
  ),
  "semaphore.request": taking(
    (locks, options) => semaphore(locks).request(options, work),
    limits.withWeight(limits.acquire, PERMITS),
  ),
  semaphore: {
    takes: limits.semaphore,
    also: ({ permits }) => permits !== undefined,
    call: async ({ locks }, options) => locks.semaphore("name", bad(options)).acquire(),
  },
  campaign: {
    takes: limits.campaign,
    optional: true,
    also: ({ ttlMs, maxHoldMs }, defaults) =>
      maxHoldMs === undefined || limits.holdFits(ttlMs === undefined ? defaults.ttlMs : ttlMs, maxHoldMs),
    call: ({ locks }, options) => locks.election("name").campaign(bad(options)),
  },
  observe: {
    takes: limits.observe,
    optional: true,
    call: async ({ locks }, options) =>
      locks.election("name").observe(bad(options))[Symbol.asyncIterator]().next(),
  },
  latch: {
    takes: limits.latch,
    also: ({ count }) => count !== undefined,
    call: async ({ locks }, options) => locks.latch("name", bad(options)).remaining(),
  },
  countDown: {
    takes: limits.countDown,
    optional: true,
    call: ({ locks }, options) => locks.latch("name", { count: 3 }).countDown(1, bad(options)),
  },
  "latch.wait": {
    takes: limits.latchWait,
    optional: true,
    call: ({ locks }, options) => locks.latch("name", { count: 3 }).wait(bad(options)),
  },
  list: { takes: limits.list, optional: true, call: ({ locks }, options) => locks.list(bad(options)) },
  "guard.set": {
    takes: limits.guardedSet,
    also: ({ fence }) => fence !== undefined,
    call: ({ guard }, options) => guard.set("key", "value", bad(options)),
  },
  "guard.delete": {
    takes: limits.guardedDelete,
    also: ({ fence }) => fence !== undefined,
    call: ({ guard }, options) => guard.delete("key", bad(options)),
  },
};

/** What has to become of a call, by the limits. */
export function expected({ takes, optional, also }: Verb, options: unknown, defaults: object): Fate {
  if (options === undefined) return optional ? "sent" : "refused";
  if (!limits.fits(takes, options) || also?.(options as never, defaults as never) === false) return "refused";
  return (options as { signal?: AbortSignal }).signal?.aborted ? "aborted" : "sent";
}
