import * as z from "zod";

/** Lock names: 1 to 512 UTF-16 units. `max` counts code points, of which one may take two. */
export const lockName = z
  .string()
  .min(1)
  .max(512, { abort: true })
  .refine((name) => name.length <= 512, "must have at most 512 UTF-16 units");

const ttlMs = z.int().min(10).max(86_400_000);
const token = z.string().regex(/^[\w.:-]{8,128}$/, "must be 8 to 128 of the characters A-Z a-z 0-9 _ . : -");

/** Names an attempt, so that a repetition gets the lease of the first. */
export const attemptId = token;

function fits(metadata: unknown): boolean {
  try {
    return (JSON.stringify(metadata) ?? "").length <= 1024;
  } catch {
    return false; // nested too deeply
  }
}

export const acquireBody = z.strictObject({
  /** How long the lease lasts unless it is extended. Default 30,000 ms. */
  ttlMs: ttlMs.optional(),
  /** How long to wait for the lock; 0 asks once. A Worker's connection should not wait longer. Default 10,000 ms. */
  waitMs: z.int().min(0).max(25_000).optional(),
  /** Any JSON of at most 1,024 characters, shown to who inspects the lock. */
  metadata: z.unknown().refine(fits, "must be JSON of at most 1,024 characters").optional(),
  attemptId: attemptId.optional(),
});

/** What of a lease its holder sends along: enough to act on it without asking the store first. */
const held = {
  owner: token,
  /** Needed when the lease was acquired with one. */
  attemptId: attemptId.optional(),
  /** Lets a repeated release find that the first one worked, and spares an extend the look-up. */
  fence: z.int().min(0).optional(),
};

export const extendBody = z.strictObject({
  ...held,
  /** How long the lease lasts from now. Default 30,000 ms. */
  ttlMs: ttlMs.default(30_000),
});

export const releaseBody = z.strictObject({
  ...held,
  /** The lease's `expiresAt`: with it the answer says when the lease had run out before. */
  expiresAt: z.int().min(0).optional(),
});
