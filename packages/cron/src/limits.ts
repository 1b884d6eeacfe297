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
export const MAX_OCCURRENCE_LENGTH = 128;
export const SHORTEST_AT_MOST_MS = 1000;
/** How many runs of a job its history keeps. */
export const MOST_RUNS = 200;
/** How many missed times are told at once. */
export const MOST_MISSED = 100;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** For whoever checks commands on their way to the store. Ranges include both ends. */
export const TASK_LIMITS: {
  readonly jobLength: number;
  readonly occurrenceLength: number;
  readonly keyLength: number;
  readonly hostLength: number;
  readonly fingerprintLength: number;
  readonly errorLength: number;
  readonly lockAtMostForMs: Range;
  readonly keepForMs: Range;
  readonly attempts: Range;
  readonly runs: Range;
} = {
  jobLength: MAX_JOB_LENGTH,
  occurrenceLength: MAX_OCCURRENCE_LENGTH,
  keyLength: MAX_KEY_LENGTH,
  hostLength: MAX_HOST_LENGTH,
  fingerprintLength: MAX_FINGERPRINT_LENGTH,
  errorLength: MAX_ERROR_LENGTH,
  lockAtMostForMs: { min: SHORTEST_AT_MOST_MS, max: DAY_MS },
  keepForMs: { min: 1000, max: MAX_KEEP_MS },
  attempts: { min: 1, max: MAX_ATTEMPTS },
  runs: { min: 1, max: MOST_RUNS },
};
