import { LIMITS as LOCKS } from "@holdfast/core/commands";

/** What a request may carry, beyond what `LIMITS` of `@holdfast/core/commands` says of locks. */
export const LIMITS = {
  ...LOCKS,
  /** A body, in bytes. */
  bodyBytes: 16_384,
  /** How long a request is held open for a lock, in milliseconds. Edges and browsers cut what is silent for longer. */
  waitMs: { min: 0, max: 25_000 },
  /** Rows of a page. */
  page: { min: 1, max: 100 },
} as const;
