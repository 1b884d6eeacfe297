/** What a history is measured by. Durations are milliseconds. */
export interface CheckOptions {
  /** Which checks to run. Default: all; those that lack what they need (fences, server states) find nothing. */
  readonly checks?: readonly string[];
  /**
   * How late a holder may be told of a loss, and an end be noticed, because clocks count whole milliseconds and timers
   * fire a little late. It does not soften exclusion. Default: 5.
   */
  readonly toleranceMs?: number;
  /** How long a grant out of the queue lasts until its client shows up. Default: not checked, unless an operation says. */
  readonly claimMs?: number;
  /** Once quiet, how long after an operation failed something of it may be on the server. Default: not checked. */
  readonly graceMs?: number;
  /** Once quiet, how long whoever waits may wait. Default: until the end of the history. */
  readonly livenessMs?: number;
  /** Once quiet, how long a name may be free while somebody waits for it. Default: not checked. */
  readonly idleMs?: number;
  /**
   * How long it takes at the most until what a client sends has its effect where no fault hits that client or the
   * server: some round trips. For histories that have every fault. Default: not checked.
   */
  readonly promptMs?: number;
  /** For how long a fault may still be felt, as by an answer that is waited for in vain. With `promptMs`. Default: 0. */
  readonly aftermathMs?: number;
  /** Whether a place in the queue ends by itself with `waitMs`. Default: false, and not checked. */
  readonly placesEnd?: boolean;
  /** Whether letting go lets in the next in line in one step. Default: false, and not checked. */
  readonly handsOn?: boolean;
  /**
   * After how many later grants of a name the server may forget an attempt, and take a late repetition for a new one.
   * Default: never.
   */
  readonly remembered?: number;
}

/** With defaults filled in. */
export type Measures = Omit<CheckOptions, "checks"> & { readonly toleranceMs: number };

export const DEFAULT_TOLERANCE_MS = 5;
