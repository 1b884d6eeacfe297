/** What a request may carry. Durations are whole milliseconds. */
export const LIMITS = {
  /** A body, in bytes. */
  bodyBytes: 16_384,
  /** A lock's name, in UTF-16 units. */
  nameLength: 512,
  /** Metadata, in characters of JSON. */
  metadataLength: 1024,
  minTtlMs: 10,
  maxTtlMs: 86_400_000,
  /** How long a request is held open for a lock. Edges and browsers cut what is silent for longer. */
  maxWaitMs: 25_000,
  /** Names in one lease, and leases in one extension. */
  names: 100,
  permits: 1_000_000,
  /** Rows of a page. */
  page: 100,
} as const;
