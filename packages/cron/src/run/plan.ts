import type { Json, Lease } from "@holdfast/core";
import type { BeginReply, Task, TaskLock } from "../commands.ts";

/** The pauses between attempts within one call. */
export interface Backoff {
  /** The first pause, in milliseconds. 0 to 86,400,000. */
  readonly firstMs: number;
  /** By how much each pause is longer than the one before it. 1 to 10; default 2. */
  readonly factor?: number;
  /** The longest pause, in milliseconds. Default 60,000. */
  readonly maxMs?: number;
}

/** What is to be done once, in checked terms: for an occurrence of a job as for a key. */
export interface Plan {
  readonly task: Task;
  readonly lockName: string;
  readonly lock: TaskLock;
  readonly ttlMs: number;
  readonly lockAtMostForMs: number;
  readonly lockAtLeastForMs: number;
  readonly keepForMs: number;
  readonly graceMs: number;
  readonly waitMs: number;
  /** Whether to wait for a run of the task, and for a lock that another task has. */
  readonly waits: { readonly running: boolean; readonly busy: boolean };
  /** 0: no limit. */
  readonly attempts: number;
  readonly backoff: Required<Backoff> | undefined;
  readonly maxResultLength: number;
  readonly scheduledAt: number | undefined;
  readonly schedule: string | null;
  readonly timeZone: string | null;
  readonly metadata: Json | null;
  readonly fingerprint: string;
  readonly signal: AbortSignal | undefined;
  /** Hears the latest scheduled time that was begun before this one, when an attempt begins. */
  readonly onPrevious?: (previousAt: number) => void;
}

/** What the function is given. */
export interface Attempt {
  readonly attempt: number;
  readonly fence: number;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly startedAt: Date;
  remainingMs(): number;
}

/** How a call ended. */
export type Ending<T> =
  | {
      readonly state: "ran";
      readonly result: T;
      readonly attempt: number;
      readonly fence: number;
      readonly recorded: boolean;
      /** Why the result is not remembered. */
      readonly refusal: string | undefined;
      readonly startedAt: Date;
      readonly durationMs: number;
    }
  | {
      readonly state: "failed";
      readonly error: unknown;
      readonly attempt: number;
      readonly attemptsLeft: number;
    }
  | Extract<BeginReply, { state: "too-soon" | "exhausted" }>
  | (Extract<BeginReply, { state: "succeeded" }> & { readonly waited: boolean })
  /** `timeout` is the error that ended the wait, if there was one. */
  | { readonly state: "running" | "busy"; readonly timeout: unknown };
