import { type ErrorCode, HoldfastError } from "../../errors.ts";
import type { ExecutionStats } from "./vote.ts";

/** A server did not take part because others hold a resource there. Has the code `timeout`. */
export class ResourceLockedError extends HoldfastError {
  constructor(message: string, options?: ErrorOptions) {
    super("timeout", message, options);
    this.name = "ResourceLockedError";
  }
}

/**
 * No majority of the servers did as they were asked. Unlike the original's, it says which way: `code` is `timeout` when the
 * resources were busy, `lost` when the lock is over, `unavailable` when servers did not answer.
 */
export class ExecutionError extends HoldfastError {
  /** How each server voted, each time they were asked. */
  readonly attempts: ReadonlyArray<Promise<ExecutionStats>>;

  constructor(code: ErrorCode, message: string, attempts: ReadonlyArray<Promise<ExecutionStats>>) {
    super(code, message);
    this.name = "ExecutionError";
    this.attempts = attempts;
  }
}
