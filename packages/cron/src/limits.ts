// What can be asked for. Durations in milliseconds, lengths in UTF-16 units.

export const DAY_MS = 86_400_000;
export const MAX_JOB_LENGTH = 256;
export const MAX_HOST_LENGTH = 128;
export const MAX_KEY_LENGTH = 400;
export const MAX_FINGERPRINT_LENGTH = 128;
export const MAX_METADATA_LENGTH = 1024;
export const MAX_ERROR_LENGTH = 1024;
export const DEFAULT_RESULT_LENGTH = 8192;
export const MAX_RESULT_LENGTH = 1_000_000;
export const MAX_KEEP_MS: number = 366 * DAY_MS;
export const MAX_ATTEMPTS = 1000;
/** How many runs of a job its history keeps. */
export const MOST_RUNS = 200;
/** How many missed times are told at once. */
export const MOST_MISSED = 100;
