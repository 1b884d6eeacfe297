import { z } from "@hono/zod-openapi";
import { duration } from "./values.ts";

/** Every answer but success (RFC 9457): its `code` is stable, programs decide by it. */
export const PROBLEMS = {
  "malformed-json": { status: 400, title: "The body is not JSON" },
  "malformed-path": { status: 400, title: "The path is not percent-encoded UTF-8" },
  unauthorized: { status: 401, title: "A valid API key or token is needed" },
  forbidden: { status: 403, title: "The key does not allow this" },
  "not-found": { status: 404, title: "There is nothing at this path" },
  "method-not-allowed": { status: 405, title: "This path has other methods" },
  held: { status: 409, title: "The lock is held" },
  "queue-full": { status: 409, title: "Enough others wait for the lock" },
  lost: { status: 409, title: "The lease is lost" },
  "attempt-ended": { status: 409, title: "The lease of this attempt has ended" },
  "kind-mismatch": { status: 409, title: "The name is in use as something else" },
  "other-readers": { status: 409, title: "The lock has other readers" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body must be JSON" },
  "invalid-argument": { status: 422, title: "A value cannot be" },
  "rate-limited": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "This service failed" },
  unavailable: { status: 503, title: "The lock store does not answer" },
  "under-replicated": { status: 503, title: "Too few replicas acknowledged in time" },
  refused: { status: 503, title: "The lock store refuses" },
  misconfigured: { status: 503, title: "This service is not set up" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One value that cannot be. */
const fieldError = z.object({
  field: z.string().openapi({ description: "Its place.", example: "ttlMs" }),
  detail: z.string(),
});
export type FieldError = z.output<typeof fieldError>;

export const problem = z
  .object({
    type: z.string().openapi({ example: "urn:holdfast:problem:held" }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    errors: z.array(fieldError).optional().openapi({ description: "With invalid-argument." }),
    freeInMs: duration
      .optional()
      .openapi({ description: "With held and queue-full: when the next lease ends unless extended." }),
    heldForMs: duration.optional().openapi({ description: "With held and queue-full." }),
    position: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: "With held: the place that was waited in; 0 for none." }),
    blocked: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: "With held: which of several names was not free, from 0." }),
    retryInMs: duration.optional().openapi({
      description:
        "With held, to a request with inQueue where locks live on several nodes, which keep no queue: when to ask again.",
    }),
    storeTime: z.int().optional().openapi({ description: "With held and queue-full: the database's clock." }),
    reason: z.enum(["expired", "taken", "max-hold"]).optional().openapi({ description: "With lost." }),
    fence: z
      .int()
      .optional()
      .openapi({ description: "With lost: the lease's fence, as far as it is known." }),
  })
  .openapi("Problem");
export type ProblemBody = z.output<typeof problem>;
