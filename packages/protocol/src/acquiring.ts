import { z } from "@hono/zod-openapi";
import { LIMITS } from "./limits.ts";
import {
  duration,
  fence,
  hash,
  lockName,
  metadata,
  mode,
  moment,
  token,
  ttlMs,
  waitedMs,
  within,
} from "./values.ts";

/** Taking locks: what is asked for, and what is answered. */

/** The name's place for wake-ups: 22 characters of base64url that the client draws. */
const wakeChannel = z
  .string()
  .regex(/^wake:[\w-]{22}$/, "must be wake: and 22 characters of base64url")
  .openapi({ example: "wake:2v0Tq8sYc1LzRaP5dXmK3w" });

const inQueue = z
  .strictObject({
    channel: wakeChannel,
    nonce: token.openapi({ description: "Marks this waiter's wake-ups." }),
    forMs: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .openapi({ description: "How long the waiter will wait at the most; 0 for ever." }),
    waitedMs: waitedMs.default(0).openapi({
      description: "For the history: how long it has waited so far. 0 when it asks for the first time.",
    }),
  })
  .openapi({
    description:
      "For clients that wait by themselves: the request takes a place in the queue and is answered at once, with 202 if the lock is " +
      "not free. The grant is told as a wake-up (POST /v1/wake-ups), and by the answer to the same request sent again. Locks that live on " +
      "several nodes have no queue: the answer is 409 held, and retryInMs says when to send the same request again.",
  });

const wish = {
  ttlMs: ttlMs.default(30_000).openapi({ description: "How long the lease lasts unless it is extended." }),
  waitMs: within(LIMITS.waitMs).default(10_000).openapi({
    description: "How long to wait in the queue for the lock, the request held open; 0 asks once.",
  }),
  metadata: metadata.optional(),
  attemptId: token.optional().openapi({
    description:
      "Names the attempt: the same request sent again gets the lease of the first. Also as the header Idempotency-Key. Make it hard to guess.",
  }),
  owner: token.optional().openapi({ description: "The lease's secret, if the client draws it itself." }),
  claimMs: within(LIMITS.claimMs).default(2000).openapi({
    description: "How long a grant out of the queue lasts until its waiter confirms it by extending.",
  }),
  lockDelayMs: within(LIMITS.lockDelayMs).default(0).openapi({
    description: "How long the name stays closed after this lease ran out without a release.",
  }),
};

/** What one lock is asked for with. */
export const acquireBody = z
  .strictObject({
    kind: z.enum(["mutex", "read", "write", "semaphore"]).default("mutex"),
    permits: within(LIMITS.permits).optional().openapi({
      description: "How many can hold the semaphore. All callers must give the same.",
    }),
    weight: within(LIMITS.permits).optional().openapi({
      description: "How many of the permits are taken. Default 1.",
    }),
    ...wish,
    fair: z.boolean().default(true).openapi({
      description: "First come, first served. False takes what is free even before those who wait.",
    }),
    maxWaiters: within(LIMITS.maxWaiters).optional().openapi({
      description: "Turns away (409 queue-full) instead of waiting behind this many others.",
    }),
    steal: z.boolean().default(false).openapi({
      description: "Breaks what is held and takes it, in one step. Needs the scope locks:admin.",
    }),
    inQueue: inQueue.optional(),
  })
  .refine((body) => (body.kind === "semaphore") === (body.permits !== undefined), {
    path: ["permits"],
    message: "must be given for a semaphore, and for nothing else",
  })
  .refine(
    (body) => body.weight === undefined || (body.permits !== undefined && body.weight <= body.permits),
    {
      path: ["weight"],
      message: "is for semaphores, and must be at most permits",
    },
  )
  .openapi("Acquire", { example: { ttlMs: 60_000, waitMs: 5000, metadata: { job: "nightly" } } });

/** What several mutexes are asked for with, all or none. */
export const acquireAllBody = z
  .strictObject({
    names: z
      .array(lockName)
      .min(1)
      .max(LIMITS.names.max)
      .refine((names) => new Set(names).size === names.length, "must differ from one another"),
    ...wish,
  })
  .openapi("AcquireAll", { example: { names: ["account:1", "account:2"], ttlMs: 60_000 } });

/** A lease. `owner` is its holder's secret. */
export const lease = z
  .object({
    name: lockName,
    names: z.array(lockName).optional().openapi({ description: "With several names: all of them." }),
    fences: z.array(fence).optional().openapi({ description: "With several names: the fence of each." }),
    owner: token,
    attemptId: token,
    fence,
    mode,
    expiresAt: moment.openapi({ description: "By the service's clock." }),
    remainingMs: duration.openapi({
      description:
        "How long the holder may rely on it, whatever its clock shows: counted from waitedMs after its request left.",
    }),
    waitedMs: duration.openapi({ description: "How long the service worked on the request." }),
    ttlMs,
    storeTime: moment.optional().openapi({ description: "The database's clock when it answered." }),
  })
  .openapi("Lease");

export const leaseAnswer = z.object({ lease }).openapi("LeaseAnswer");

/** What those know of each other who want the same name. */
const busy = {
  freeInMs: duration.openapi({ description: "When the next lease ends unless it is extended." }),
  heldForMs: duration.openapi({ description: "How long ago the name was last granted." }),
};

/** A place in the queue. */
export const queued = z
  .object({
    queued: z.object({
      position: z.int().min(1).openapi({ description: "From 1." }),
      hash: hash.openapi({ description: "The waiter, as an inspection shows it." }),
      ...busy,
      storeTime: moment,
    }),
  })
  .openapi("Queued");
