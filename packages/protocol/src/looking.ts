import { z } from "@hono/zod-openapi";
import { LIMITS } from "./limits.ts";
import {
  duration,
  fence,
  hash,
  kind,
  lockCursor,
  lockName,
  metadata,
  mode,
  moment,
  prefix,
  token,
  within,
} from "./values.ts";

/** Looking at locks. Moments are by the clock of the service. */

const holder = z
  .object({
    hash,
    fence,
    weight: z.int().min(1),
    mode: z.string(),
    metadata: metadata.optional(),
    since: moment,
    expiresAt: moment,
  })
  .openapi("Holder");

const waiter = z
  .object({
    hash,
    position: z.int().min(1),
    weight: z.int().min(1),
    mode: z.string(),
    metadata: metadata.optional(),
    since: moment,
  })
  .openapi("Waiter");

const node = {
  node: z.string().openapi({ description: "Its label.", example: "node-1" }),
  state: z.enum(["voting", "barred", "silent", "refused"]).openapi({
    description:
      "It votes; it does not vote yet, being new or back from a restart; it gives no answer; it refuses what it is asked.",
  }),
  latencyMs: duration.openapi({ description: "How long it took to answer." }),
  barredForMs: duration.openapi({
    description: "How long until it may vote; 0 for all that are not barred.",
  }),
};

/** The databases that locks live on, if there are several. */
export const nodes = z
  .object({
    nodes: z
      .array(z.object(node).openapi("Node"))
      .openapi({ description: "None when the locks live in one database." }),
  })
  .openapi("Nodes");

const nodeVote = z
  .object({
    ...node,
    holder: hash.optional().openapi({ description: "Whom it has voted for." }),
    fence: z.int().min(0).openapi({ description: "The latest fence that it knows; 0 for none." }),
  })
  .openapi("NodeVote");

export const inspection = z
  .object({
    name: lockName,
    kind: kind.optional().openapi({ description: "Missing when nothing is remembered of the name." }),
    held: z.boolean(),
    capacity: z.int().min(0),
    used: z.int().min(0).openapi({ description: "The weight that is granted." }),
    holders: z.array(holder).openapi({ description: "The first 100." }),
    waiters: z.array(waiter).openapi({ description: "The first 100; waiting counts all." }),
    waiting: z.int().min(0),
    lastFence: z.int().min(0),
    nodes: z
      .array(nodeVote)
      .optional()
      .openapi({ description: "Where locks live on several nodes: what each says of this one." }),
    asOf: moment.openapi({ description: "When this was so." }),
  })
  .openapi("Inspection");

/** A row of the list: the name's state in short. */
export const lockRow = z
  .object({
    name: lockName,
    kind: z.string(),
    capacity: z.int().min(0),
    used: z.int().min(0),
    holders: z.int().min(0),
    waiting: z.int().min(0),
    lastFence: z.int().min(0),
    holder: z
      .object({ hash, mode: z.string(), metadata: metadata.optional(), since: moment, expiresAt: moment })
      .optional()
      .openapi({ description: "The first of the holders." }),
  })
  .openapi("LockRow");

export const listQuery = z.strictObject({
  prefix: prefix.optional(),
  cursor: lockCursor.optional(),
  limit: z.coerce.number().pipe(within(LIMITS.page)).default(50),
});

export const lockPage = z
  .object({
    locks: z.array(lockRow),
    asOf: moment,
    cursor: z.string().optional().openapi({ description: "Of the next page; missing after the last." }),
  })
  .openapi("LockPage");

/** What happened to a lock through this service. */
export const lockEvent = z
  .object({
    id: z.string().openapi({ description: "Rises with time.", example: "1795256582079-0" }),
    at: moment,
    type: z.enum([
      "queued",
      "acquired",
      "timed-out",
      "withdrawn",
      "released",
      "expired",
      "lost",
      "converted",
      "broken",
    ]),
    name: lockName,
    actor: z.string().openapi({ description: "The id of the key, or the subject of the JWT, that asked." }),
    kind: kind.optional(),
    mode: mode.optional(),
    holder: hash.optional(),
    fence: fence.optional(),
    waitedMs: duration.optional(),
    heldMs: duration.optional(),
    expiresAt: moment.optional(),
    reason: z.string().optional(),
  })
  .openapi("LockEvent");

export const historyQuery = z.strictObject({
  name: lockName.optional(),
  prefix: prefix.optional(),
  since: z.coerce.number().pipe(moment).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(200),
});

export const history = z
  .object({ events: z.array(lockEvent).openapi({ description: "The latest last." }) })
  .openapi("History");

export const eventsQuery = z.strictObject({
  name: lockName.optional(),
  prefix: prefix.optional(),
});

export const overviewQuery = z.strictObject({
  minutes: z.coerce.number().pipe(z.int().min(1).max(1440)).default(60),
});

/** The namespace by the minute, as far back as its history goes. */
export const overview = z
  .object({
    minutes: z.array(
      z.object({
        at: moment,
        grants: z.int().min(0),
        contended: z
          .int()
          .min(0)
          .openapi({ description: "Those of the grants that had to wait, and those who gave up." }),
        losses: z.int().min(0),
        waitP50Ms: duration.optional(),
        waitP99Ms: duration.optional(),
      }),
    ),
    complete: z
      .boolean()
      .openapi({ description: "Whether the history, which is bounded, reaches back that far." }),
  })
  .openapi("Overview");

export const breakBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(200).optional(),
    attemptId: token
      .optional()
      .openapi({ description: "Names this call: sent again, it does not break the next one's lease." }),
  })
  .openapi("Break");

export const breakAnswer = z
  .object({ broken: z.boolean().openapi({ description: "Whether there was a live lease." }) })
  .openapi("Broken");
