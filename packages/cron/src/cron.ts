import { checkKnown } from "@holdfast/core/commands";
import { invalid } from "./check.ts";
import type { RunRecord, TaskRecord } from "./commands.ts";
import {
  backendOf,
  CLIENT_OPTIONS,
  type Context,
  type CronBackend,
  type CronClientOptions,
  type CronOptions,
  contextOf,
} from "./context.ts";
import {
  historyOf,
  lookAt,
  type Missed,
  type MissedOptions,
  missedAmong,
  missedOf,
  type StatusOptions,
  type StatusPage,
  statusOf,
} from "./history.ts";
import { MOST_MISSED } from "./limits.ts";
import { type CronRunOptions, type ParsedRun, parseRun } from "./run/options.ts";
import type { Outcome, Run } from "./run/outcome.ts";
import { perform } from "./run/perform.ts";
import type { Ending } from "./run/plan.ts";
import { rememberedResult } from "./run/result.ts";
import { timesBetween } from "./schedule/schedule.ts";

/** Jobs of which each occurrence has one successful run, however often it is delivered. */
export interface Cron {
  /**
   * Runs the function for an occurrence of a job, unless that has been done: at most one run of the occurrence at a time, and
   * none after one has succeeded. Being second is an outcome, never an error.
   *
   * @throws What the function throws, once recorded (see `throwOnFailure`); HoldfastError `invalid-argument` before
   * anything is sent, `unavailable` when the store gave no answer, in which case the function has not run; LockLostError when
   * the lease was lost and a later run has begun, or the function had not ended `graceMs` after `lockAtMostForMs`; the
   * signal's reason.
   * @example
   * ```ts
   * const { outcome } = await cron.run({ job: "nightly", occurrence: scheduledTime }, async (run) => {
   *   await fetch(url, { signal: run.signal, headers: { "x-fence": String(run.fence) } });
   * });
   * ```
   */
  run<T>(options: CronRunOptions, fn: (run: Run) => T | Promise<T>): Promise<Outcome<T>>;
  /** The latest runs of a job, newest first, deliveries that were skipped included. `limit`: 1 to 200, default 50. */
  history(job: string, options?: { readonly limit?: number }): Promise<readonly RunRecord[]>;
  /** A page of the jobs that are remembered. Pages are not of equal length, and may be empty. */
  status(options?: StatusOptions): Promise<StatusPage>;
  /** The scheduled times since then at which nothing has succeeded, for jobs whose occurrences are times. */
  missed(job: string, options: MissedOptions): Promise<readonly Missed[]>;
  /** What is known of an occurrence; `null` for nothing. */
  look(job: string, occurrence: Date | string): Promise<TaskRecord | null>;
}

/**
 * Makes the jobs of one client over a store. Does no I/O.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 */
export function createCron(options: CronOptions): Cron {
  return cronOver(contextOf(backendOf("createCron", options), options));
}

/**
 * The same over any backend: the commands may be carried over another transport.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 */
export function createCronOver(backend: CronBackend, options: CronClientOptions = {}): Cron {
  checkKnown(backend, ["commands", "locks"], "backend part");
  return cronOver(contextOf(backend, checkKnown(options, CLIENT_OPTIONS, "createCronOver option")));
}

function cronOver(context: Context): Cron {
  return {
    async run(options, fn) {
      if (typeof fn !== "function") throw invalid("cron.run needs a function: cron.run(options, fn).");
      const parsed = parseRun(options, context.clock.wall());
      const { job } = options;
      const { id: occurrence, scheduledAt } = parsed.occurrence;
      const moment = scheduledAt === undefined ? undefined : new Date(scheduledAt);
      const plan = { ...parsed.plan, onPrevious: tellMissed(context, job, parsed) };
      const ending = await perform(context, plan, (attempt) =>
        fn({ job, occurrence, scheduledAt: moment, ...attempt }),
      );
      const outcome = { job, occurrence, ...outcomeOf(ending, parsed.throwOnFailure) };
      if (outcome.outcome === "skipped")
        context.emit({ type: "run-skipped", task: plan.task, why: outcome.why });
      if (outcome.outcome === "gave-up" && ending.state === "exhausted")
        context.emit({ type: "run-skipped", task: plan.task, why: "exhausted" });
      return outcome;
    },
    history: async (job, options) => historyOf(context, job, options),
    status: async (options) => statusOf(context, options),
    missed: async (job, options) => missedOf(context, job, options),
    look: async (job, occurrence) => lookAt(context, job, occurrence),
  };
}

type WithoutNames<T> = T extends unknown ? Omit<T, "job" | "occurrence"> : never;

function outcomeOf<T>(ending: Ending<T>, throwOnFailure: boolean): WithoutNames<Outcome<T>> {
  switch (ending.state) {
    case "ran": {
      const { result, attempt, fence, recorded, refusal, startedAt, durationMs } = ending;
      const remembered = refusal === undefined;
      return { outcome: "ran", result, attempt, fence, recorded, remembered, startedAt, durationMs };
    }
    case "succeeded": {
      const { remembered, attempt, endedAt, waited } = ending;
      const result = rememberedResult(ending.result) as T | undefined;
      if (waited) return { outcome: "waited", result, remembered, attempt };
      return {
        outcome: "skipped",
        why: "succeeded",
        result,
        remembered,
        attempt,
        endedAt: new Date(endedAt),
      };
    }
    case "failed": {
      const { error, attempt, attemptsLeft } = ending;
      if (throwOnFailure) throw error;
      if (attemptsLeft === 0) return { outcome: "gave-up", attempts: attempt, error };
      return { outcome: "failed", error, attempt, attemptsLeft };
    }
    case "exhausted":
      return { outcome: "gave-up", attempts: ending.attempts, error: ending.error ?? undefined };
    case "too-soon":
      return { outcome: "skipped", why: "too-soon", retryAfterMs: ending.retryAfterMs };
    case "running":
      return { outcome: "skipped", why: "running" };
    case "busy":
      return { outcome: "skipped", why: "overlap" };
  }
}

function tellMissed(context: Context, job: string, { schedule, occurrence, onMissed }: ParsedRun) {
  return (previousAt: number) => {
    const { scheduledAt } = occurrence;
    if (!schedule || !onMissed || scheduledAt === undefined) return;
    const times = timesBetween(schedule, previousAt, scheduledAt - 1, MOST_MISSED);
    const tell = async () => {
      const missed = await missedAmong(context, job, times);
      if (missed.length > 0) onMissed(missed);
    };
    if (times.length > 0) context.background(tell());
  };
}
