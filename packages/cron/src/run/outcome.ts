import type { Lease } from "@holdfast/core";

/** What the function of a run is given. */
export interface Run {
  readonly job: string;
  /** The occurrence: an ISO time, or the platform's id. */
  readonly occurrence: string;
  /** For when it was scheduled, if the occurrence is a time. */
  readonly scheduledAt: Date | undefined;
  /** When this attempt began, by the local clock. */
  readonly startedAt: Date;
  /** From 1, over all deliveries. */
  readonly attempt: number;
  /** Greater than that of every earlier run: guarded writes refuse what comes late. A safe integer. */
  readonly fence: number;
  /** Aborts when the lease is lost, at `lockAtMostForMs` at the latest, and with the caller's own signal. */
  readonly signal: AbortSignal;
  /** The lease, for writes that are guarded by it. */
  readonly lease: Lease;
  /** How long the lease can still be relied on, in milliseconds. It is renewed meanwhile. */
  remainingMs(): number;
}

interface Named {
  readonly job: string;
  readonly occurrence: string;
}

/** How a delivery turned out. Being second is an outcome, not an error. */
export type Outcome<T> = Named &
  (
    | /** The function ran, and succeeded. */ {
        readonly outcome: "ran";
        readonly result: T;
        readonly attempt: number;
        readonly fence: number;
        /** False: the store could not be told, so another delivery may run it again. */
        readonly recorded: boolean;
        /** False: the result is no JSON, or too long, so that later deliveries are told of the success only. */
        readonly remembered: boolean;
        readonly startedAt: Date;
        readonly durationMs: number;
      }
    | /** An earlier delivery succeeded. `result` is what it gave, as JSON carries it, if that is `remembered`. */ {
        readonly outcome: "skipped";
        readonly why: "succeeded";
        readonly result: T | undefined;
        readonly remembered: boolean;
        readonly attempt: number;
        /** By the server's clock. */
        readonly endedAt: Date;
      }
    | /** This occurrence runs elsewhere; another occurrence runs; another one began less than `lockAtLeastForMs` ago. */ {
        readonly outcome: "skipped";
        readonly why: "running" | "overlap" | "too-soon";
        /** Of `too-soon`: when it may begin. */
        readonly retryAfterMs?: number;
      }
    | /** It ran elsewhere, and succeeded while this call waited. */ {
        readonly outcome: "waited";
        readonly result: T | undefined;
        readonly remembered: boolean;
        readonly attempt: number;
      }
    | /** The function threw; only with `throwOnFailure: false`. */ {
        readonly outcome: "failed";
        readonly error: unknown;
        readonly attempt: number;
        readonly attemptsLeft: number;
      }
    | /** Every attempt failed or was abandoned. `error` is the text of the last failure, or the error if this call made it. */ {
        readonly outcome: "gave-up";
        readonly attempts: number;
        readonly error: unknown;
      }
  );
