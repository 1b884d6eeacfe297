import type { Json } from "@holdfast/core";
import { checkKnown, checkMs, checkSignal, checkWhole, LIMITS } from "@holdfast/core/commands";
import { checkFlag, checkFunction, checkJob, checkMetadata, checkOneOf, invalid } from "../check.ts";
import type { Missed } from "../history.ts";
import {
  DAY_MS,
  DEFAULT_RESULT_LENGTH,
  MAX_ATTEMPTS,
  MAX_KEEP_MS,
  MAX_RESULT_LENGTH,
  SHORTEST_AT_MOST_MS,
} from "../limits.ts";
import { derivedOccurrence, namedOccurrence, type Occurrence } from "../schedule/occurrence.ts";
import { parseSchedule, type Schedule } from "../schedule/schedule.ts";
import { jobLock, taskLock } from "../store/keys.ts";
import type { Backoff, Plan } from "./plan.ts";

export interface CronRunOptions {
  /** Names the job: 1 to 256 UTF-16 units. All callers of a job give the same options. */
  readonly job: string;
  /**
   * Which run of the job this is: the time for which it was scheduled (a Date or an ISO time, which are the same), or the
   * platform's id of the execution (1 to 128 UTF-16 units without control characters). Default: derived from `schedule`.
   */
  readonly occurrence?: Date | string;
  /** A cron expression of five fields, or six with seconds in front: `occurrence` is derived from it, and status shows it. */
  readonly schedule?: string;
  /** The time zone of `schedule`, of the IANA database. Default UTC. */
  readonly timeZone?: string;
  /**
   * How far this machine's clock may be behind the one that fires the schedule. A delivery this much before a scheduled
   * time, and at most a quarter of the schedule's gap, is for that time. 0 to 86,400,000 ms; default 5,000.
   */
  readonly skewMs?: number;
  /**
   * The longest that a call may hold the lock, retries included. Then `run.signal` aborts, and others may run. 1,000 to
   * 86,400,000 ms (24 h); default 3,600,000 (1 h).
   */
  readonly lockAtMostForMs?: number;
  /**
   * No other occurrence of the job begins within this time after one has begun, by the server's clock: a fast job does not
   * run twice for one moment under clocks that differ. 0 to `lockAtMostForMs`; default 0.
   */
  readonly lockAtLeastForMs?: number;
  /** How long the lease lasts, which is renewed: what a crash costs. 100 ms to `lockAtMostForMs`; default 30,000 or that. */
  readonly ttlMs?: number;
  /**
   * What to do while another occurrence of the job runs: skip this one, wait for its turn, or run beside it. Default `skip`.
   */
  readonly overlap?: "skip" | "queue" | "allow";
  /** What to do while this very occurrence runs elsewhere: skip, or wait for its result. Default `skip`. */
  readonly whenRunning?: "skip" | "wait";
  /** How long `queue` and `wait` wait. 0 to 2,147,483,647 ms; default `lockAtMostForMs`. */
  readonly waitMs?: number;
  /** How often an occurrence is tried in all, over all deliveries, crashes included. 1 to 1,000; default 3. */
  readonly attempts?: number;
  /** Tries again within this call after a failure. Default: one attempt a call; the next delivery is the next one. */
  readonly backoff?: Backoff;
  /**
   * How long an occurrence and its result are remembered. A delivery that comes later runs again. 60,000 to
   * 31,622,400,000 ms (366 days); default 604,800,000 (7 days).
   */
  readonly keepForMs?: number;
  /** How long a function goes on undisturbed after `run.signal` has told it of the loss of its lease; then the call rejects. 0 to 86,400,000 ms; default 5,000. */
  readonly graceMs?: number;
  /** The longest result that is remembered, in characters of JSON. 0 to 1,000,000; default 8,192. */
  readonly maxResultLength?: number;
  /**
   * Whether what the function throws is thrown on, once recorded, so that a scheduler which retries what throws does so.
   * `false`: it is the outcome `failed`, or `gave-up` if no attempt is left. Default true.
   */
  readonly throwOnFailure?: boolean;
  /**
   * Hears of scheduled times between the job's latest one that was begun and this one which have not succeeded: the first
   * 100. Needs `schedule`. It runs beside the job; what it throws is dropped.
   */
  readonly onMissed?: (missed: readonly Missed[]) => void;
  /** Shown in the history. At most 1,024 characters of JSON. Not a place for secrets. */
  readonly metadata?: Json;
  /** Ends waiting, which rejects with the signal's reason; and aborts `run.signal`. */
  readonly signal?: AbortSignal;
}

const KNOWN: readonly (keyof CronRunOptions)[] = [
  "job",
  "occurrence",
  "schedule",
  "timeZone",
  "skewMs",
  "lockAtMostForMs",
  "lockAtLeastForMs",
  "ttlMs",
  "overlap",
  "whenRunning",
  "waitMs",
  "attempts",
  "backoff",
  "keepForMs",
  "graceMs",
  "maxResultLength",
  "throwOnFailure",
  "onMissed",
  "metadata",
  "signal",
];

const HOUR_MS = 3_600_000;
const SHORTEST_TTL_MS = 100;
const SHORTEST_KEEP_MS = 60_000;
const DEFAULT_TTL_MS = 30_000;
const DEFAULT_GRACE_MS = 5000;

/** A call in checked terms. */
export interface ParsedRun {
  readonly plan: Plan;
  readonly occurrence: Occurrence;
  readonly schedule: Schedule | undefined;
  readonly throwOnFailure: boolean;
  readonly onMissed: CronRunOptions["onMissed"];
}

/** @throws HoldfastError `invalid-argument`, before anything is sent. */
export function parseRun(options: CronRunOptions, wallMs: number): ParsedRun {
  const given = checkKnown(options, KNOWN, "cron.run option");
  const job = checkJob(given.job);
  const { overlap = "skip", whenRunning = "skip", signal, onMissed, timeZone, skewMs = 5000 } = given;
  checkMs("skewMs", skewMs, 0, DAY_MS);
  const schedule = given.schedule === undefined ? undefined : parseSchedule(given.schedule, timeZone);
  if (!schedule && timeZone !== undefined) throw invalid("timeZone is the zone of a schedule; give both.");
  checkFunction("onMissed", onMissed);
  if (onMissed && !schedule) throw invalid("onMissed needs a schedule to know what was to happen.");
  const occurrence = occurrenceOf(given, schedule, wallMs, skewMs);
  const task = { job, occurrence: occurrence.id };
  const lock = checkOneOf("overlap", overlap, ["skip", "queue", "allow"]) === "allow" ? "task" : "job";
  const wait = checkOneOf("whenRunning", whenRunning, ["skip", "wait"]) === "wait";
  checkSignal(signal);
  const { attempts = 3, keepForMs = 7 * DAY_MS, waitMs } = given;
  const times = checkTimes(given);
  return {
    plan: {
      task,
      lockName: lock === "job" ? jobLock(job) : taskLock(task),
      lock,
      ...times,
      keepForMs: checkMs("keepForMs", keepForMs, SHORTEST_KEEP_MS, MAX_KEEP_MS),
      waitMs:
        waitMs === undefined
          ? times.lockAtMostForMs
          : checkMs("waitMs", waitMs, LIMITS.waitMs.min, LIMITS.waitMs.max),
      waits: { running: wait, busy: overlap === "queue" },
      attempts: checkWhole("attempts", attempts, 1, MAX_ATTEMPTS),
      backoff: checkBackoff(given.backoff),
      maxResultLength: checkResultLength(given.maxResultLength),
      scheduledAt: occurrence.scheduledAt,
      schedule: given.schedule ?? null,
      timeZone: schedule ? (timeZone ?? "UTC") : null,
      metadata: checkMetadata(given.metadata),
      fingerprint: "",
      signal,
    },
    occurrence,
    schedule,
    throwOnFailure: checkFlag("throwOnFailure", given.throwOnFailure ?? true),
    onMissed,
  };
}

function occurrenceOf(
  { occurrence }: CronRunOptions,
  schedule: Schedule | undefined,
  wallMs: number,
  skewMs: number,
): Occurrence {
  if (occurrence !== undefined) return namedOccurrence(occurrence, wallMs + skewMs);
  if (!schedule) throw invalid("cron.run needs an occurrence, or a schedule to derive it from.");
  return derivedOccurrence(schedule, wallMs, skewMs);
}

type Times = Pick<Plan, "lockAtMostForMs" | "lockAtLeastForMs" | "ttlMs" | "graceMs">;

/** What callers of `once` can give, too. */
export function checkTimes(given: { -readonly [Name in keyof Times]?: Times[Name] | undefined }): Times {
  const { lockAtMostForMs = HOUR_MS, lockAtLeastForMs = 0, graceMs = DEFAULT_GRACE_MS } = given;
  checkMs("lockAtMostForMs", lockAtMostForMs, SHORTEST_AT_MOST_MS, DAY_MS);
  const most = " (at most lockAtMostForMs)";
  const { ttlMs = Math.min(DEFAULT_TTL_MS, lockAtMostForMs) } = given;
  return {
    lockAtMostForMs,
    lockAtLeastForMs: checkMs("lockAtLeastForMs", lockAtLeastForMs, 0, lockAtMostForMs, most),
    ttlMs: checkMs("ttlMs", ttlMs, SHORTEST_TTL_MS, lockAtMostForMs, most),
    graceMs: checkMs("graceMs", graceMs, 0, DAY_MS),
  };
}

export function checkResultLength(given: number | undefined): number {
  return checkWhole("maxResultLength", given ?? DEFAULT_RESULT_LENGTH, 0, MAX_RESULT_LENGTH);
}

function checkBackoff(given: Backoff | undefined): Required<Backoff> | undefined {
  if (given === undefined) return undefined;
  const {
    firstMs,
    factor = 2,
    maxMs = 60_000,
  } = checkKnown(given, ["firstMs", "factor", "maxMs"], "backoff option");
  checkMs("backoff.firstMs", firstMs, 0, DAY_MS);
  if (typeof factor !== "number" || !(factor >= 1 && factor <= 10))
    throw invalid("backoff.factor must be a number from 1 to 10.");
  return { firstMs, factor, maxMs: checkMs("backoff.maxMs", maxMs, 0, DAY_MS) };
}
