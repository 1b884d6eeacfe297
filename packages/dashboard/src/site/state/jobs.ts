import type { JobHistoryBody, JobPageBody } from "@holdfast/protocol";
import { type Api, ApiError, isAddressable } from "../api/client.ts";
import { heardTime } from "./clock.ts";
import type { Run } from "./runs.ts";

/** A page of jobs may be empty and not the last, and each request is billed. */
const MOST_REQUESTS = 5;
const ENOUGH = 20;
/** Of each job in the list. */
const LATEST_RUNS = 12;
/** As many as are remembered. */
const ALL_RUNS = 200;
/** No run is allowed to last longer. */
const LONGEST_MS = 86_400_000;

export type JobRow = JobPageBody["jobs"][number];

export interface JobList {
  readonly rows: readonly JobRow[];
  /** Of the next page; missing after the last. */
  readonly cursor: string | undefined;
}

/** One page of the list, in as few requests as it takes. Those that are overdue come first. */
export async function loadJobs(
  api: Api,
  prefix: string,
  from: string | undefined,
  signal: AbortSignal,
): Promise<JobList> {
  const rows = new Map<string, JobRow>();
  let cursor = from;
  for (let request = 0; request < MOST_REQUESTS; request++) {
    const askedAt = Date.now();
    const answer = await api.get<JobPageBody>("/v1/jobs", { prefix, cursor, limit: LATEST_RUNS }, signal);
    for (const row of answer.jobs) {
      heardTime(row.now, askedAt, Date.now());
      rows.set(row.job, row);
    }
    cursor = answer.cursor;
    if (cursor === undefined || rows.size >= ENOUGH) break;
  }
  const sorted = [...rows.values()].sort(
    (a, b) => Number(b.overdue) - Number(a.overdue) || (a.job < b.job ? -1 : 1),
  );
  return { rows: sorted, cursor };
}

/** @throws ApiError also for the few jobs that no URL can carry. */
export async function loadJob(api: Api, job: string, signal: AbortSignal): Promise<JobHistoryBody> {
  if (!isAddressable(job))
    throw new ApiError(422, "invalid-argument", "A URL cannot carry this name; the SDK can.");
  const askedAt = Date.now();
  const answer = await api.get<JobHistoryBody>(
    `/v1/jobs/${encodeURIComponent(job)}`,
    { limit: ALL_RUNS },
    signal,
  );
  heardTime(answer.now, askedAt, Date.now());
  return answer;
}

/**
 * Whether a run that is down as running cannot be: a process that died is known as such only when the next delivery finds it.
 */
export function isStale(run: Run, now: number): boolean {
  return run.state === "running" && now - run.startedAt > LONGEST_MS;
}
