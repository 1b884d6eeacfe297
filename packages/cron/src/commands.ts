import type { Json, RunOptions } from "@holdfast/core";

// What a client asks of the state of its tasks, in terms that JSON can carry: over a store here, over HTTP elsewhere. Every
// command may be executed any number of times for one call, with the effect of once. Times are the server's, in
// milliseconds since the epoch.

/** An occurrence of a job, or a key of `once`. */
export type Task = { readonly job: string; readonly occurrence: string } | { readonly once: string };

/** Which lock an attempt holds: the job's, of which there is one, or the task's own. */
export type TaskLock = "job" | "task";

/** Why a delivery did not run. */
export type SkipReason = "succeeded" | "running" | "too-soon" | "overlap" | "exhausted";

/** How an attempt can end. `withdrawn`: it was begun and never ran, so it counts for nothing. */
export type AttemptEnd = "succeeded" | "failed" | "abandoned" | "withdrawn";

/** Asks to begin an attempt. */
export interface BeginAsk {
  readonly task: Task;
  /** Of the lease of the task's lock; 0 without a lease: then only why it cannot begin is asked. */
  readonly fence: number;
  /** Which attempt of this lease it is, from 1. */
  readonly round: number;
  readonly lock: TaskLock;
  /** The most attempts of the task; 0 for no limit. */
  readonly attempts: number;
  readonly lockAtMostForMs: number;
  readonly lockAtLeastForMs: number;
  readonly keepForMs: number;
  readonly scheduledAt: number | null;
  readonly schedule: string | null;
  readonly timeZone: string | null;
  readonly host: string | null;
  readonly metadata: Json | null;
  /** What the task is to be the same as, if it was begun before. Empty: anything. */
  readonly fingerprint: string;
  /** Names this call in the history, should it end as skipped. */
  readonly id: string;
  /** The lock is known to be held for this very task. */
  readonly held: boolean;
  /** What ends this call, so that it is written down: a run of the task, a lock that is busy with another one. */
  readonly ends: { readonly running: boolean; readonly busy: boolean };
}

export type BeginReply = { readonly now: number } & (
  | {
      readonly state: "began";
      readonly attempt: number;
      /** The latest scheduled time of the job that was begun before this one, if that is known. */
      readonly previousAt: number | null;
    }
  | {
      readonly state: "succeeded";
      readonly attempt: number;
      readonly endedAt: number;
      /** JSON; `null` when there is none. */
      readonly result: string | null;
      readonly remembered: boolean;
    }
  | { readonly state: "running"; readonly endsAt: number }
  | { readonly state: "too-soon"; readonly retryAfterMs: number }
  | { readonly state: "exhausted"; readonly attempts: number; readonly error: string | null }
  /** Another occurrence of the job has the lock; or a lease that came later has begun; or the fingerprint differs. */
  | { readonly state: "busy" | "stale" | "mismatch" }
);

/** Tells how an attempt ended. */
export interface FinishAsk {
  readonly task: Task;
  readonly fence: number;
  readonly round: number;
  readonly state: AttemptEnd;
  /** JSON; `null` for none. */
  readonly result: string | null;
  /** False: there was a result which cannot be remembered. */
  readonly remembered: boolean;
  readonly error: string | null;
  readonly lockAtMostForMs: number;
  readonly keepForMs: number;
  readonly host: string | null;
  readonly metadata: Json | null;
}

export interface FinishReply {
  /** `stale`: a later attempt has begun meanwhile, and nothing was written. */
  readonly state: "recorded" | "stale";
  readonly now: number;
}

/** What is known of a task. */
export interface TaskRecord {
  readonly state: "running" | "succeeded" | "failed" | "abandoned" | "idle";
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** JSON; `null` when there is none, or when it was not asked for. */
  readonly result: string | null;
  readonly remembered: boolean;
  readonly error: string | null;
}

/** One line of a job's history. */
export interface RunRecord {
  /** Tells runs of a job apart. */
  readonly id: string;
  readonly job: string;
  readonly occurrence: string;
  readonly scheduledAt: number | null;
  /** `abandoned`: its lease was lost, as of a process that died. `skipped`: a delivery that had nothing to do. */
  readonly state: "running" | "succeeded" | "failed" | "abandoned" | "skipped";
  /** Of the skipped: why. */
  readonly why?: SkipReason;
  readonly attempt: number;
  /** 0 for the skipped. */
  readonly fence: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly host: string | null;
  readonly metadata: Json | null;
  readonly error: string | null;
}

export interface JobHistory {
  readonly now: number;
  readonly schedule: string | null;
  readonly timeZone: string | null;
  readonly lastSucceededAt: number | null;
  /** Newest first. */
  readonly runs: readonly RunRecord[];
}

export interface JobPage {
  readonly jobs: readonly (JobHistory & { readonly job: string })[];
  /** "0" after the last page. */
  readonly cursor: string;
}

/** The server's end of jobs. */
export interface CronCommands {
  begin(ask: BeginAsk, options: RunOptions): Promise<BeginReply>;
  finish(ask: FinishAsk, options: RunOptions): Promise<FinishReply>;
  /** For each task what is known of it; `null` for nothing. The tasks are of one job. */
  look(
    ask: { readonly tasks: readonly Task[]; readonly results: boolean },
    options: RunOptions,
  ): Promise<{ readonly now: number; readonly records: readonly (TaskRecord | null)[] }>;
  history(ask: { readonly job: string; readonly limit: number }, options: RunOptions): Promise<JobHistory>;
  /** The jobs that are remembered, and the latest run of each. */
  jobs(
    ask: { readonly prefix: string; readonly cursor: string; readonly limit: number },
    options: RunOptions,
  ): Promise<JobPage>;
}
