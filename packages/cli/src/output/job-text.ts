import type { JobJson, RunJson } from "./job-json.ts";
import { table } from "./table.ts";
import { span } from "./time.ts";

/** A line for each run, the latest first. */
export function runsText(runs: readonly RunJson[]): string {
  if (runs.length === 0) return "No runs.";
  const rows = runs.map((run) => [
    run.startedAt,
    run.occurrence,
    run.why === null ? run.state : `${run.state}: ${run.why}`,
    run.attempt || "-",
    took(run),
    run.host ?? "-",
    run.error ?? "-",
  ]);
  return table(["STARTED", "OCCURRENCE", "STATE", "ATTEMPT", "TOOK", "HOST", "ERROR"], rows);
}

/** A line for each job. */
export function jobsText(jobs: readonly JobJson[]): string {
  if (jobs.length === 0) return "No jobs.";
  const rows = jobs.map(({ job, latest, lastSucceededAt, nextAt, overdue, schedule }) => [
    job,
    overdue ? "OVERDUE" : (latest?.state ?? "-"),
    latest?.occurrence ?? "-",
    lastSucceededAt ?? "-",
    nextAt ?? "-",
    schedule ?? "-",
  ]);
  return table(["JOB", "STATE", "LATEST", "LAST SUCCESS", "NEXT", "SCHEDULE"], rows);
}

function took({ state, startedAt, endedAt }: RunJson): string {
  return endedAt === null || state === "skipped" ? "-" : span(Date.parse(endedAt) - Date.parse(startedAt));
}
