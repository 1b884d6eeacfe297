import type { LockEvent } from "@holdfast/core";
import type { SkipReason, Task } from "./commands.ts";

/** What happened to runs of this client. Durations are in milliseconds. No event carries a result or a secret. */
export type RunEvent =
  /** The function is about to be called. */
  | { readonly type: "run-began"; readonly task: Task; readonly attempt: number; readonly fence: number }
  /** It is over. `recorded`: whether the store knows. */
  | {
      readonly type: "run-ended";
      readonly task: Task;
      readonly attempt: number;
      readonly fence: number;
      readonly state: "succeeded" | "failed" | "abandoned";
      readonly recorded: boolean;
      readonly durationMs: number;
    }
  /** There was nothing to do for this call. */
  | { readonly type: "run-skipped"; readonly task: Task; readonly why: SkipReason };

/** Of runs, and of the locks that they hold. */
export type CronEvent = LockEvent | RunEvent;

/** Receives events. What it throws is dropped. */
export type CronEventListener = (event: CronEvent) => void;
