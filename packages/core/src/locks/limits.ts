import { MAX_TIMER_MS } from "../clock.ts";

// What can be asked for. Written once: here the SDK refuses it, and whoever carries its commands does so too.

export const DAY_MS = 86_400_000;
export const MIN_TTL_MS = 10;
export const MAX_WAIT_MS: number = MAX_TIMER_MS;
export const MIN_CLAIM_MS = 100;
export const MAX_CLAIM_MS = 60_000;
export const MAX_WAITERS = 1_000_000;
/** The longest metadata, in characters of JSON. */
export const MAX_METADATA_LENGTH = 1024;
/** The longest name, in UTF-16 units. */
export const MAX_NAME_LENGTH = 512;
/** The most names of one lease. */
export const MAX_NAMES = 100;
export const MAX_PERMITS = 1_000_000;
/** Readers take 1 of a read/write lock's capacity, and a writer takes all. */
export const READ_WRITE_CAPACITY = 1_000_000_000;
export const MAX_LATCH_COUNT = 100_000;
export const MIN_KEEP_MS = 1000;

/** An attempt, an owner: what the library makes, and what callers may name. */
export const TOKEN_PATTERN: RegExp = /^[\w.:-]{8,128}$/;
