export type {
  AttemptEnd,
  BeginAsk,
  BeginReply,
  CronCommands,
  FinishAsk,
  FinishReply,
  JobHistory,
  JobPage,
  RunRecord,
  SkipReason,
  Task,
  TaskLock,
  TaskRecord,
} from "./commands.ts";
export type { CronBackend, CronClientOptions, CronOptions } from "./context.ts";
export { type Cron, createCron, createCronOver } from "./cron.ts";
export type { CronEvent, CronEventListener, RunEvent } from "./events.ts";
export {
  type JobStatus,
  jobStatus,
  type Missed,
  type MissedOptions,
  type StatusOptions,
  type StatusPage,
} from "./history.ts";
export { TASK_LIMITS } from "./limits.ts";
export {
  createOnce,
  createOnceOver,
  type Once,
  type OnceOptions,
  type OnceOutcome,
  type OnceRun,
} from "./once/once.ts";
export type { CronRunOptions } from "./run/options.ts";
export type { Outcome, Run } from "./run/outcome.ts";
export type { Attempt, Backoff } from "./run/plan.ts";
export { taskLock } from "./store/keys.ts";
export { storeCommands } from "./store/store-commands.ts";
