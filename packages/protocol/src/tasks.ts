import { TASK_LIMITS as LIMITS } from "@holdfast/cron";
import { z } from "@hono/zod-openapi";
import { cursor, duration, fence, metadata, moment, token, within } from "./values.ts";

/** Jobs whose occurrences run once, and keys that are done once. The commands of `@holdfast/cron`, as bodies. */

const text = (max: number) => z.string().min(1).max(max);
const job = text(LIMITS.jobLength).openapi({ description: "The job's name.", example: "nightly" });
const occurrence = text(LIMITS.occurrenceLength).openapi({
  description: "Its scheduled time in ISO 8601, or the scheduler's id of it.",
  example: "2026-11-21T02:00:00.000Z",
});
const task = z
  .union([z.strictObject({ job, occurrence }), z.strictObject({ once: text(LIMITS.keyLength) })])
  .openapi("Task");

const attempt = {
  task,
  fence: z.int().min(0).openapi({
    description: "Of the lease of the task's lock; 0 without a lease, to ask only why it cannot begin.",
  }),
  round: z.int().min(1).openapi({ description: "Which attempt of this lease it is." }),
  lockAtMostForMs: within(LIMITS.lockAtMostForMs),
  keepForMs: within(LIMITS.keepForMs),
  host: text(LIMITS.hostLength).nullable(),
  metadata: metadata.nullable(),
};

export const beginBody = z
  .strictObject({
    ...attempt,
    lock: z.enum(["job", "task"]),
    attempts: z.int().min(0).max(LIMITS.attempts.max).openapi({ description: "The most; 0 for no limit." }),
    lockAtLeastForMs: z.int().min(0).max(LIMITS.lockAtMostForMs.max),
    scheduledAt: moment.nullable(),
    schedule: z.string().max(256).nullable(),
    timeZone: z.string().max(64).nullable(),
    fingerprint: z.string().max(LIMITS.fingerprintLength),
    id: token.openapi({ description: "Names this call in the history, should it end as skipped." }),
    held: z.boolean(),
    ends: z.strictObject({ running: z.boolean(), busy: z.boolean() }),
  })
  .openapi("BeginTask");

const now = { now: moment.openapi({ description: "The database's clock." }) };
const result = z.string().nullable().openapi({ description: "JSON." });

export const beginAnswer = z
  .union([
    z.object({ state: z.literal("began"), ...now, attempt: z.int(), previousAt: moment.nullable() }),
    z.object({
      state: z.literal("succeeded"),
      ...now,
      attempt: z.int(),
      endedAt: moment,
      result,
      remembered: z.boolean(),
    }),
    z.object({ state: z.literal("running"), ...now, endsAt: moment }),
    z.object({ state: z.literal("too-soon"), ...now, retryAfterMs: duration }),
    z.object({ state: z.literal("exhausted"), ...now, attempts: z.int(), error: z.string().nullable() }),
    z.object({ state: z.enum(["busy", "stale", "mismatch"]), ...now }),
  ])
  .openapi("TaskBegun");

export const finishBody = z
  .strictObject({
    ...attempt,
    state: z.enum(["succeeded", "failed", "abandoned", "withdrawn"]),
    result,
    remembered: z.boolean(),
    error: z.string().max(LIMITS.errorLength).nullable(),
  })
  .openapi("FinishTask");

export const finishAnswer = z
  .object({ state: z.enum(["recorded", "stale"]), ...now })
  .openapi("TaskFinished");

export const lookBody = z
  .strictObject({
    tasks: z.array(task).min(1).max(100).openapi({ description: "All of one job." }),
    results: z.boolean().default(false),
  })
  .openapi("LookAtTasks");

export const lookAnswer = z
  .object({
    ...now,
    records: z.array(
      z
        .object({
          state: z.enum(["running", "succeeded", "failed", "abandoned", "idle"]),
          attempt: z.int(),
          startedAt: moment.nullable(),
          endedAt: moment.nullable(),
          result,
          remembered: z.boolean(),
          error: z.string().nullable(),
        })
        .nullable(),
    ),
  })
  .openapi("Tasks");

const run = z
  .object({
    id: z.string(),
    job,
    occurrence: z.string(),
    scheduledAt: moment.nullable(),
    state: z.enum(["running", "succeeded", "failed", "abandoned", "skipped"]),
    why: z.enum(["succeeded", "running", "too-soon", "overlap", "exhausted"]).optional(),
    attempt: z.int(),
    fence: z.union([z.literal(0), fence]),
    startedAt: moment,
    endedAt: moment.nullable(),
    host: z.string().nullable(),
    metadata: metadata.nullable(),
    error: z.string().nullable(),
  })
  .openapi("JobRun");

const known = {
  schedule: z.string().nullable(),
  timeZone: z.string().nullable(),
  lastSucceededAt: moment.nullable(),
};

export const jobPath = z.object({ job: job.openapi({ param: { name: "job", in: "path" } }) });
export const jobQuery = z.strictObject({
  limit: z.coerce.number().pipe(within(LIMITS.runs)).default(50),
});
/** What follows from a schedule and the history. */
const due = {
  nextAt: moment.nullable(),
  overdue: z.boolean().openapi({
    description: "It was due more than a minute ago, and has neither succeeded since nor is it running.",
  }),
};

export const jobHistory = z
  .object({ ...now, ...known, ...due, runs: z.array(run).openapi({ description: "Newest first." }) })
  .openapi("JobHistory");

export const jobsQuery = z.strictObject({
  prefix: z.string().max(LIMITS.jobLength).optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number().pipe(within(LIMITS.runs)).default(12).openapi({
    description: "How many of each job's latest runs.",
  }),
});
export const jobPage = z
  .object({
    jobs: z.array(
      z.object({
        job,
        ...now,
        ...known,
        ...due,
        runs: z.array(run),
      }),
    ),
    cursor: z.string().optional().openapi({ description: "Of the next page; missing after the last." }),
  })
  .openapi("JobPage");
