import { HoldfastError } from "@holdfast/core";
import type { AcquireReply } from "@holdfast/core/commands";
import { retryAfterS } from "../errors.ts";
import { Problem } from "../problem.ts";

type NotFree = Extract<AcquireReply, { status: "held" | "full" | "queued" }>;

/** The answer to who asked once; or waits by itself for a lock that has no queue, and is told when to ask again. */
export function busy(name: string, reply: NotFree, waits = false): Problem {
  const { status, freeInMs, heldForMs, place, serverNow: storeTime, retryInMs } = reply;
  const lock = JSON.stringify(name);
  const again = waits && retryInMs !== undefined && { retryInMs };
  const extras = {
    headers: { "retry-after": String(retryAfterS(freeInMs)) },
    members: { freeInMs, heldForMs, position: 0, ...again, storeTime },
  };
  if (status === "full")
    return new Problem("queue-full", `${place} others wait for ${lock} already.`, extras);
  return new Problem("held", `${lock} is not free; it was last granted ${heldForMs} ms ago.`, extras);
}

/**
 * The answer to a repetition that comes after the end of its lease. Where nobody named the attempt it was this service's own, so
 * the lease can only have been over before its answer arrived.
 */
export function ended(name: string, named: boolean): HoldfastError {
  const lock = JSON.stringify(name);
  if (!named)
    return new HoldfastError(
      "unavailable",
      `the lease on ${lock} was over before the answer arrived; ask again, or for a longer ttlMs.`,
    );
  return new HoldfastError(
    "attempt-ended",
    `this attempt's lease on ${lock} has already ended; use a new attemptId.`,
  );
}
