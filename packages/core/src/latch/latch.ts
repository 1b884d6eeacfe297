import { checkKnown, checkMs, checkWhole } from "../check.ts";
import { invalid } from "../errors.ts";
import { token } from "../locks/claim.ts";
import type { LocksContext } from "../locks/context.ts";
import { DAY_MS, MAX_LATCH_COUNT, MIN_KEEP_MS } from "../locks/limits.ts";
import { type DefaultOptions, parseOptions } from "../locks/options.ts";
import type { WakeUps } from "../wait/wake-ups.ts";
import { waitForOpening } from "./wait.ts";

export interface LatchOptions {
  /** From where it is counted down. All callers must give the same. 1 to 100,000. */
  readonly count: number;
  /**
   * How long the latch stays open; then it is forgotten, and the name begins anew. An unfinished latch is forgotten
   * when for this long nobody has counted or waited. Of several callers' numbers the greatest counts. Until it is
   * forgotten it takes about 100 bytes for each call that counted. 1,000 to 86,400,000 ms (24 h); default 3,600,000 (1 h).
   */
  readonly keepMs?: number;
}

export interface CountDownOptions {
  /**
   * Names what is counted, such as the id of a job that may be delivered twice: it counts once. 8 to 128 of the
   * characters A-Z a-z 0-9 _ . : - . Default: made anew for each call, which already makes the SDK's own retries safe.
   */
  readonly attemptId?: string;
  /** Ends the call, which rejects with the signal's reason. Whether it counted is then not known. */
  readonly signal?: AbortSignal;
}

export interface LatchWaitOptions {
  /** How long to wait, the network included. 0 looks once. At most 2,147,483,647, or `Infinity`. Default 10,000 ms. */
  readonly waitMs?: number;
  /** Ends the wait, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Opens once, when it was counted down to zero, for everybody who waits and whoever comes later. */
export interface Latch {
  /**
   * Counts down by `n`, 1 to 100,000; default 1. More than is left opens the latch; an open latch stays as it is.
   *
   * @returns what is left after it: 0 when the latch is open.
   * @throws HoldfastError `unavailable` when the store gave no answer (with an `attemptId` it can be called again and
   * counts once), `kind-mismatch` when the name is a lock, or a latch of another count.
   */
  countDown(n?: number, options?: CountDownOptions): Promise<number>;
  /**
   * Resolves when the latch is open. It is told so where the store streams (one stream for all waits of this object),
   * and looks from time to time otherwise: the less is left the sooner, at least every 2 seconds.
   *
   * @throws HoldfastError `timeout` when it was not open after `waitMs`, `unavailable`, `kind-mismatch`; the signal's
   * reason when it aborts.
   */
  wait(options?: LatchWaitOptions): Promise<void>;
  /** What is left to count: 0 when the latch is open. One request. */
  remaining(): Promise<number>;
}

const HOUR_MS = 3_600_000;

export function latch(
  context: LocksContext,
  wakeUps: WakeUps,
  defaults: DefaultOptions,
  name: string,
  options: LatchOptions,
): Latch {
  const { clock, commands } = context;
  const { count, keepMs = HOUR_MS } = checkKnown(options, ["count", "keepMs"], "latch option");
  if (count === undefined) throw invalid("latch(name, { count }) needs the count.");
  checkWhole("count", count, 1, MAX_LATCH_COUNT);
  checkMs("keepMs", keepMs, MIN_KEEP_MS, DAY_MS);

  return {
    async countDown(n = 1, options = {}) {
      checkWhole("n", n, 1, MAX_LATCH_COUNT);
      const { signal, attemptId = token(clock) } = parseOptions(
        checkKnown(options, ["attemptId", "signal"], "countDown option"),
        {},
        false,
      );
      return commands.latch(name, { count, keepMs, attempt: attemptId, n }, { signal });
    },
    async wait(options = {}) {
      const given = checkKnown(options, ["waitMs", "signal"], "wait option");
      const { waitMs, signal } = parseOptions(given, defaults, false);
      const look = (budgetMs: number) =>
        commands.latch(name, { count, keepMs, attempt: "", n: 0 }, { signal, budgetMs });
      await waitForOpening(clock, wakeUps, look, { name, count, keepMs, waitMs, signal });
    },
    remaining: async () => commands.latch(name, { count, keepMs: 0, attempt: "", n: 0 }, {}),
  };
}
