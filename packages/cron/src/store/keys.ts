import { decodeName, encodeName } from "@holdfast/core/commands";
import type { Task } from "../commands.ts";

/** The name of the lock that all runs of a job share. */
export function jobLock(job: string): string {
  return `cron:${job}`;
}

/** The name of the lock of one task. */
export function taskLock(task: Task): string {
  return "once" in task ? `once:${task.once}` : `cron:${task.job}@${task.occurrence}`;
}

/** The keys of a task, as the scripts know them. Those of a job share a hash tag with each other and with its lock. */
export function taskKeys(namespace: string, task: Task): string[] {
  if ("once" in task) return [`${namespace}:{${encodeName(taskLock(task))}}:task`];
  const { job, occurrence } = task;
  return [`${jobKey(namespace, job)}:at:${encodeName(occurrence)}`, ...jobKeys(namespace, job)];
}

/** What is known of a job, the order of its runs, its runs. */
export function jobKeys(namespace: string, job: string): string[] {
  const key = jobKey(namespace, job);
  return [`${key}:job`, `${key}:order`, `${key}:runs`];
}

/** A pattern for the first key of all jobs that begin with `prefix`. */
export function jobPattern(namespace: string, prefix: string): string {
  return `${`${namespace}:{${encodeName(jobLock(prefix))}`.replace(/[*?[\]\\]/g, "\\$&")}*}:job`;
}

/** The job whose first key this is. */
export function jobOf(namespace: string, key: string): string {
  return decodeName(key.slice(`${namespace}:{${jobLock("")}`.length, -"}:job".length));
}

function jobKey(namespace: string, job: string): string {
  return `${namespace}:{${encodeName(jobLock(job))}}`;
}
