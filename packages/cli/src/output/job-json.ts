import type { JobStatus, RunRecord } from "@holdfast/cron";
import { moment } from "./time.ts";

/** What `--json` says of a run. Moments are ISO 8601, by the server's clock. */
export interface RunJson {
  readonly occurrence: string;
  readonly state: RunRecord["state"];
  /** Of what was skipped: why. */
  readonly why: string | null;
  readonly attempt: number;
  readonly fence: number;
  readonly scheduledAt: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly host: string | null;
  readonly error: string | null;
}

/** What `--json` says of a job. */
export interface JobJson {
  readonly job: string;
  readonly schedule: string | null;
  readonly timeZone: string | null;
  readonly overdue: boolean;
  readonly lastSucceededAt: string | null;
  readonly nextAt: string | null;
  readonly latest: RunJson | null;
}

export function runJson(run: RunRecord): RunJson {
  const { occurrence, state, why = null, attempt, fence, scheduledAt, startedAt, endedAt, host, error } = run;
  return {
    occurrence,
    state,
    why,
    attempt,
    fence,
    scheduledAt: momentOrNull(scheduledAt),
    startedAt: moment(startedAt),
    endedAt: momentOrNull(endedAt),
    host,
    error,
  };
}

export function jobJson(status: JobStatus): JobJson {
  const { job, schedule, timeZone, overdue, lastSucceededAt, nextAt, latest } = status;
  return {
    job,
    schedule,
    timeZone,
    overdue,
    lastSucceededAt: lastSucceededAt?.toISOString() ?? null,
    nextAt: nextAt?.toISOString() ?? null,
    latest: latest && runJson(latest),
  };
}

function momentOrNull(ms: number | null): string | null {
  return ms === null ? null : moment(ms);
}
