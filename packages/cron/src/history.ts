import { checkKnown, checkMs, checkWhole } from "@holdfast/core/commands";
import { checkJob, checkText, invalid } from "./check.ts";
import type { JobHistory, RunRecord, TaskRecord } from "./commands.ts";
import type { Context } from "./context.ts";
import { DAY_MS, MAX_JOB_LENGTH, MOST_RUNS } from "./limits.ts";
import { namedOccurrence } from "./schedule/occurrence.ts";
import { parseSchedule, type Schedule, timesBetween } from "./schedule/schedule.ts";

/** A scheduled time at which nothing succeeded. */
export interface Missed {
  readonly occurrence: string;
  readonly scheduledAt: Date;
  /** `never`: nothing began. */
  readonly state: "never" | "failed" | "abandoned";
}

export interface MissedOptions {
  readonly schedule: string;
  /** Default UTC. */
  readonly timeZone?: string;
  /** From when on: as long ago as occurrences are remembered (`keepForMs`), and at most 1,000 scheduled times. */
  readonly since: Date;
  /** A time is missed when it is this long past. 0 to 86,400,000 ms; default 60,000. */
  readonly graceMs?: number;
}

/** A job, as its history tells of it. Times are the server's. */
export interface JobStatus {
  readonly job: string;
  readonly schedule: string | null;
  readonly timeZone: string | null;
  readonly latest: RunRecord | null;
  readonly lastSucceededAt: Date | null;
  /** When it is due next, if its schedule is known. */
  readonly nextAt: Date | null;
  /** It was due more than a minute ago, and has neither succeeded since nor is it running (for less than a day). */
  readonly overdue: boolean;
}

export interface StatusPage {
  readonly jobs: readonly JobStatus[];
  /** For the next page; `null` after the last. */
  readonly cursor: string | null;
}

export interface StatusOptions {
  /** Only jobs that begin with this. Default: all. */
  readonly prefix?: string;
  /** Where the last page ended. Default: the beginning. */
  readonly cursor?: string | null;
}

const LATE_MS = 60_000;
const MOST_TIMES = 1000;
/** How many runs of each job tell its status: duplicates that were skipped are among them. */
const LOOKED_AT = 12;

export async function historyOf(
  { commands }: Context,
  job: string,
  options: { readonly limit?: number } = {},
): Promise<readonly RunRecord[]> {
  checkJob(job);
  const { limit = 50 } = checkKnown(options, ["limit"], "history option");
  checkWhole("limit", limit, 1, MOST_RUNS);
  return (await commands.history({ job, limit }, {})).runs;
}

export async function statusOf({ commands }: Context, options: StatusOptions = {}): Promise<StatusPage> {
  const { prefix = "", cursor } = checkKnown(options, ["prefix", "cursor"], "status option");
  if (prefix !== "") checkText("prefix", prefix, MAX_JOB_LENGTH);
  if (cursor !== undefined && cursor !== null && !/^[\d.]{1,64}$/.test(cursor))
    throw invalid("cursor must be what the page before this one gave.");
  const page = await commands.jobs({ prefix, cursor: cursor ?? "0", limit: LOOKED_AT }, {});
  return { jobs: page.jobs.map(jobStatus), cursor: page.cursor === "0" ? null : page.cursor };
}

export function jobStatus(history: JobHistory & { readonly job: string }): JobStatus {
  const { job, schedule, timeZone, lastSucceededAt, runs, now } = history;
  const latest = runs[0] ?? null;
  // A delivery that was skipped says nothing of the run it met. No run lasts longer than a day: what began before has died.
  const ran = runs.find(({ state }) => state !== "skipped");
  const isRunning = ran?.state === "running" && now - ran.startedAt < DAY_MS;
  const times = readable(schedule, timeZone);
  const next = times?.after(now);
  const due = times?.atOrBefore(now - LATE_MS);
  return {
    job,
    schedule,
    timeZone,
    latest,
    lastSucceededAt: lastSucceededAt === null ? null : new Date(lastSucceededAt),
    nextAt: next === undefined ? null : new Date(next),
    overdue: due !== undefined && !isRunning && (lastSucceededAt ?? 0) + LATE_MS < due,
  };
}

/** Written by another client, whose parser may have known more than this one. */
function readable(schedule: string | null, timeZone: string | null): Schedule | undefined {
  try {
    return schedule === null ? undefined : parseSchedule(schedule, timeZone ?? "UTC");
  } catch {
    return undefined;
  }
}

export async function missedOf(
  context: Context,
  job: string,
  options: MissedOptions,
): Promise<readonly Missed[]> {
  checkJob(job);
  const known = ["schedule", "timeZone", "since", "graceMs"];
  const { schedule, timeZone, since, graceMs = LATE_MS } = checkKnown(options, known, "missed option");
  if (!(since instanceof Date) || Number.isNaN(since.getTime())) throw invalid("since must be a valid Date.");
  checkMs("graceMs", graceMs, 0, DAY_MS);
  const to = context.clock.wall() - graceMs;
  const times = timesBetween(parseSchedule(schedule, timeZone), since.getTime() - 1, to, MOST_TIMES + 1);
  if (times.length > MOST_TIMES)
    throw invalid(`since is too long ago: more than ${MOST_TIMES} times were scheduled since then.`);
  return missedAmong(context, job, times);
}

/** Those of the times at which nothing succeeded, or runs. */
export async function missedAmong(
  { commands }: Context,
  job: string,
  times: readonly number[],
): Promise<readonly Missed[]> {
  if (times.length === 0) return [];
  const tasks = times.map((at) => ({ job, occurrence: new Date(at).toISOString() }));
  const { records } = await commands.look({ tasks, results: false }, {});
  return times.flatMap((at, i) => {
    const state = records[i]?.state ?? "idle";
    if (state === "succeeded" || state === "running") return [];
    const scheduledAt = new Date(at);
    return [
      { occurrence: scheduledAt.toISOString(), scheduledAt, state: state === "idle" ? "never" : state },
    ];
  });
}

export async function lookAt(
  { commands }: Context,
  job: string,
  occurrence: Date | string,
): Promise<TaskRecord | null> {
  const { id } = namedOccurrence(occurrence, Number.POSITIVE_INFINITY);
  const { records } = await commands.look(
    { tasks: [{ job: checkJob(job), occurrence: id }], results: true },
    {},
  );
  return records[0] ?? null;
}
