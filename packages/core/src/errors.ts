/**
 * Why an operation failed. Codes are stable; texts are for people and may change.
 *
 * - `invalid-argument`: an option, name or handle is wrong; nothing was sent.
 * - `timeout`: the lock was held by others until `waitMs` had passed ({@link LockTimeoutError}), or a latch was not open.
 * - `lost`: the lease ended before its holder let it go ({@link LockLostError}).
 * - `unavailable`: the store gave no usable answer in time. What an acquire may have got is taken back.
 * - `unauthorized`: the store does not accept the credentials.
 * - `refused`: the store answered and will not run the script, whatever the number of tries.
 * - `kind-mismatch`: the name is already in use as another kind of lock, or by something else.
 * - `attempt-ended`: the lease of this `attemptId` has already ended; a new acquire needs a new id.
 */
export type ErrorCode =
  | "invalid-argument"
  | "timeout"
  | "lost"
  | "unavailable"
  | "unauthorized"
  | "refused"
  | "kind-mismatch"
  | "attempt-ended";

/** Every failure of this library except an abort, which rejects with the signal's own reason. */
export class HoldfastError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HoldfastError";
    this.code = code;
  }
}

/** What a waiter knew when it gave up. */
export interface WaitState {
  /** How long the caller waited, in milliseconds. */
  readonly waitedMs: number;
  /** How long ago the name was last granted, in milliseconds, as of the last answer. */
  readonly heldForMs: number;
  /** When the next lease ends unless it is extended, in milliseconds from the last answer. */
  readonly freeInMs: number;
  /** Place in the queue, from 1; 0 when it was not waited in. */
  readonly position: number;
}

/** The lock stayed busy for `waitMs`, or its queue is full. The store works; somebody else holds the name. */
export class LockTimeoutError extends HoldfastError implements WaitState {
  /** The lock's name. */
  readonly lock: string;
  readonly waitedMs: number;
  readonly heldForMs: number;
  readonly freeInMs: number;
  readonly position: number;

  constructor(lock: string, { waitedMs, heldForMs, freeInMs, position }: WaitState) {
    const place = position > 0 ? ` at position ${position} of the queue` : "";
    super(
      "timeout",
      `lock ${JSON.stringify(lock)} was not free after ${Math.round(waitedMs)} ms of waiting${place}; it was last granted ` +
        `${Math.round(heldForMs)} ms ago. Wait longer (waitMs), or treat it as busy.`,
    );
    this.name = "LockTimeoutError";
    this.lock = lock;
    this.waitedMs = waitedMs;
    this.heldForMs = heldForMs;
    this.freeInMs = freeInMs;
    this.position = position;
  }
}

/**
 * How a lease ended without `release()`: its time ran out (`expired`), somebody took it away or the store
 * forgot it (`taken`), or renewal reached its limit (`max-hold`).
 */
export type LossReason = "expired" | "taken" | "max-hold";

const LOSS_TEXT: Record<LossReason, string> = {
  expired: "its time ran out before it was renewed or released",
  taken: "it was force-released, or the store no longer knows it",
  "max-hold": "it was held for maxHoldMs and is not renewed any more",
};

/** The lease can no longer be relied on. Stop, or make every write carry the fence. */
export class LockLostError extends HoldfastError {
  /** The lock's name. */
  readonly lock: string;
  /** The fence of the lease that was lost. */
  readonly fence: number;
  readonly reason: LossReason;

  constructor(lock: string, fence: number, reason: LossReason) {
    super("lost", `the lease on ${JSON.stringify(lock)} is lost: ${LOSS_TEXT[reason]}.`);
    this.name = "LockLostError";
    this.lock = lock;
    this.fence = fence;
    this.reason = reason;
  }
}

/** @internal A mistake of the caller, found before anything was sent. */
export function invalid(message: string): HoldfastError {
  return new HoldfastError("invalid-argument", message);
}

/** @internal */
export function overTooSoon(name: string): string {
  return `the lease on ${JSON.stringify(name)} was over before the answer arrived; use a longer ttlMs.`;
}

/** @internal The lease was granted and ran out before any answer told of it. Asking anew is safe. */
export class MissedLeaseError extends HoldfastError {
  constructor(name: string) {
    super("unavailable", overTooSoon(name));
  }
}

/** A script was executed, and too few servers have what it wrote, or they were not asked: what it granted has to be taken back. */
export class UnacknowledgedError extends HoldfastError {}

/** @internal What an attempt is told whose lease has ended. Only a caller who named it can be asked for another. */
export function attemptEnded(name: string, attemptId: string | undefined): HoldfastError {
  if (attemptId === undefined) return new MissedLeaseError(name);
  return new HoldfastError(
    "attempt-ended",
    `this attempt's lease on ${JSON.stringify(name)} has already ended; use a new attemptId.`,
  );
}

/**
 * @internal The reason of `signal` if `error` is a copy of it. workerd's `fetch` rejects with a copy, which is an instance of
 * no class of ours.
 */
export function originalOf(error: unknown, { reason }: AbortSignal): unknown {
  const copied =
    reason instanceof HoldfastError &&
    error instanceof Error &&
    error.name === reason.name &&
    error.message === reason.message;
  return copied ? reason : error;
}
