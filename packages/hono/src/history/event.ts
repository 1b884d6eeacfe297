import type { LockEventBody, ProblemCode } from "@holdfast/protocol";

/**
 * What a service tells its `onEvent`: the log, the traces and the alarms are made of it. Moments are milliseconds since the
 * epoch, durations milliseconds. No event carries a key, a token, an owner, an attempt id or a body; `name` is a lock's name as
 * a caller chose it, so treat it as text.
 */
export type ServiceEvent = RequestEvent | RefusedEvent | LockHappened | TroubleEvent;

interface Asked {
  readonly at: number;
  readonly method: string;
  /** The route's pattern, such as `/v1/locks/{name}/acquire`: few, where paths are many. */
  readonly route: string;
  /** The key's id, the JWT's subject, or `operator`. Missing when nobody was signed in. */
  readonly principal?: string | undefined;
  /** Missing: the operator's own names. */
  readonly tenant?: string | undefined;
}

/** A request was answered. Of a stream: it began. */
export interface RequestEvent extends Asked {
  readonly type: "request";
  /** `http` or `https`, as the runtime has it. */
  readonly scheme: string;
  readonly status: number;
  /** Of the problem, if the answer was one. */
  readonly code?: ProblemCode | undefined;
  readonly durationMs: number;
  /** The lock's or the latch's, if the path has one. */
  readonly name?: string | undefined;
  /** The header (W3C Trace Context), if it was well-formed. */
  readonly traceparent?: string | undefined;
}

/** Somebody was turned away: no valid key, not its right, or too often. Comes beside the request's own event. */
export interface RefusedEvent extends Asked {
  readonly type: "refused";
  readonly code: "unauthorized" | "forbidden" | "rate-limited";
}

/** Something happened to a lock. */
export interface LockHappened {
  readonly type: "lock";
  readonly at: number;
  readonly tenant?: string | undefined;
  readonly event: Omit<LockEventBody, "id">;
}

/** The database did not do its part: for a request, which was answered 503; or for the history, which then lacks something. */
export interface TroubleEvent {
  readonly type: "trouble";
  readonly at: number;
  readonly during: "request" | "recording" | "following";
  /** Of a request. */
  readonly code?: ProblemCode | undefined;
  readonly route?: string | undefined;
  readonly tenant?: string | undefined;
}
