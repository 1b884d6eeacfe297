import { isChannel } from "@holdfast/core/commands";
import { z } from "@hono/zod-openapi";
import { LIMITS } from "./limits.ts";
import {
  duration,
  fence,
  lockName,
  mode,
  moment,
  outcome,
  token,
  ttlMs,
  waitedMs,
  within,
} from "./values.ts";

/** Keeping, changing and giving back what is held. */

/** A lease that a wake-up granted is new to the service when its holder first speaks of it. */
const woken = {
  waitedMs: waitedMs.optional().openapi({
    description:
      "For the history, in the first request about a lease that a wake-up granted (inQueue): how long it was waited for.",
  }),
};

/** What of a lease its holder sends along: enough to act on it without asking the store first. */
const held = {
  owner: token,
  attemptId: token.optional().openapi({ description: "Needed when the lease was acquired with one." }),
};

export const extendBody = z
  .strictObject({
    ...held,
    fence: fence.optional().openapi({ description: "Spares the service a look-up." }),
    mode: mode
      .default("exclusive")
      .openapi({ description: "The lease's own, which the answer repeats. With a fence only." }),
    ttlMs: ttlMs
      .default(30_000)
      .openapi({ description: "How long the lease lasts from now. Never shortens it." }),
    ...woken,
  })
  .openapi("Extend", { example: { owner: "Vm3kXq0T8sYc1LzRaP5d_w", ttlMs: 60_000 } });

export const releaseBody = z
  .strictObject({
    ...held,
    fence: fence
      .optional()
      .openapi({ description: "With it, the request can be repeated and answers the same." }),
    expiresAt: moment.optional().openapi({
      description: "The lease's own: with it the answer says when the lease had run out before.",
    }),
    ...woken,
  })
  .openapi("Release", { example: { owner: "Vm3kXq0T8sYc1LzRaP5d_w", fence: 1_795_256_582_079_548 } });

export const releaseAnswer = z.object({ outcome }).openapi("Released");

export const convertBody = z
  .strictObject({ ...held, fence, mode: mode.openapi({ description: "What the lease is to become." }) })
  .openapi("Convert");

export const convertAnswer = z.object({ fence, remainingMs: duration }).openapi("Converted");

export const resizeBody = z
  .strictObject({ permits: within(LIMITS.permits), attemptId: token.optional() })
  .openapi("Resize");

const several = <T extends z.ZodType>(row: T) => z.array(row).min(LIMITS.names.min).max(LIMITS.names.max);

export const extendAllBody = z
  .strictObject({
    leases: several(z.strictObject({ name: lockName, owner: token, attemptId: token, ttlMs, ...woken })),
  })
  .openapi("ExtendAll");

export const extendAllAnswer = z
  .object({
    remainingMs: z
      .array(duration)
      .openapi({ description: "For each lease; 0 for one that is not held any more." }),
  })
  .openapi("ExtendedAll");

export const releaseAllBody = z
  .strictObject({ ...held, leases: several(z.strictObject({ name: lockName, fence })), ...woken })
  .openapi("ReleaseAll");

export const countDownBody = z
  .strictObject({
    count: within(LIMITS.latchCount).openapi({ description: "All callers must give the same." }),
    n: z
      .int()
      .min(0)
      .max(LIMITS.latchCount.max)
      .default(1)
      .openapi({ description: "How far to count down; 0 looks." }),
    keepMs: z.int().min(0).max(LIMITS.latchKeepMs.max).default(3_600_000).openapi({
      description: "How long the latch is remembered after the last count.",
    }),
    attemptId: token.optional(),
  })
  .openapi("CountDown", { example: { count: 3 } });

export const countDownAnswer = z
  .object({ remaining: z.int().min(0).openapi({ description: "0 when the latch is open." }) })
  .openapi("CountedDown");

export const wakeUpsBody = z
  .strictObject({
    channel: z
      .string()
      .max(3000)
      .refine(isChannel, "must be wake: and 22 characters of base64url, or a latch's channel")
      .openapi({ example: "wake:2v0Tq8sYc1LzRaP5dXmK3w" }),
  })
  .openapi("WakeUps");
