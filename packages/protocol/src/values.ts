import { type Range, TOKEN_PATTERN } from "@holdfast/core/commands";
import { z } from "@hono/zod-openapi";
import { LIMITS } from "./limits.ts";

/** The values that the bodies and paths are made of. */

/** `max` counts code points, of which one may take two units. Half a surrogate pair has no UTF-8, so no URL carries it. */
export const lockName = z
  .string()
  .min(1)
  .max(LIMITS.nameLength.max, { abort: true })
  .refine(
    (name) => name.length <= LIMITS.nameLength.max,
    `must have at most ${LIMITS.nameLength.max} UTF-16 units`,
  )
  .refine((name) => !/\p{Surrogate}/u.test(name), "must be well-formed Unicode")
  .openapi({ description: "The lock's name: 1 to 512 UTF-16 units.", example: "invoice:42" });

export const prefix = z
  .string()
  .max(LIMITS.nameLength.max, { abort: true })
  .refine(
    (text) => text.length <= LIMITS.nameLength.max,
    `must have at most ${LIMITS.nameLength.max} UTF-16 units`,
  )
  .openapi({ description: "What the names must begin with." });

export const token = z
  .string()
  .regex(TOKEN_PATTERN, "must be 8 to 128 of the characters A-Z a-z 0-9 _ . : -")
  .openapi({ example: "Vm3kXq0T8sYc1LzRaP5d_w" });

/** A whole number within a range. */
export const within = ({ min, max }: Range) => z.int().min(min).max(max);

export const ttlMs = within(LIMITS.ttlMs);
export const fence = z.int().min(1).openapi({ example: 1_795_256_582_079_548 });
/** What a page of a list gave for the next one: SCAN's, an unsigned 64-bit number. */
export const cursor = z
  .string()
  .regex(/^\d{1,20}$/, { abort: true })
  .refine((text) => BigInt(text) < 2n ** 64n, "must be the cursor of a page before")
  .openapi({ description: "From the page before." });
/** The same for a list of locks: those of several nodes say which one they are of. */
export const lockCursor = z
  .string()
  .regex(/^(?:\d{1,2}\.)?\d{1,20}$/, { abort: true })
  .refine((text) => BigInt(text.replace(/^\d{1,2}\./, "")) < 2n ** 64n, "must be the cursor of a page before")
  .openapi({ description: "From the page before." });
/** Milliseconds since the epoch. */
export const moment = z.int().min(0).openapi({ example: 1_795_256_641_773 });
export const duration = z.int().min(0);
/** For a client that waits by itself: only it knows since when. At most 2,147,483,647. */
export const waitedMs = z.int().min(0).max(2_147_483_647);
export const mode = z.enum(["exclusive", "shared"]);
export const kind = z.enum(["mutex", "readwrite", "semaphore"]);
export const hash = z
  .string()
  .regex(/^[0-9a-f]{40}$/)
  .openapi({
    description: "SHA-1 of the attempt, in hex: tells holders and waiters apart and proves nothing.",
  });
export const outcome = z.enum(["released", "expired", "lost"]);

export const metadata = z
  .unknown()
  .refine(fits, `must be JSON of at most ${LIMITS.metadataLength.max} characters`)
  .openapi({
    description:
      "Any JSON of at most 1,024 characters, shown to who inspects the lock. No place for secrets.",
  });

function fits(value: unknown): boolean {
  try {
    return (JSON.stringify(value) ?? "").length <= LIMITS.metadataLength.max;
  } catch {
    return false; // nested too deeply
  }
}
