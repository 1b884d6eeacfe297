import { HoldfastError } from "@holdfast/core";
import type { AcquireReply } from "@holdfast/core/commands";
import { retryAfterS } from "../errors.ts";
import { Problem } from "../problem.ts";

type NotFree = Extract<AcquireReply, { status: "held" | "full" | "queued" }>;

/** The answer to who asked once. */
export function busy(name: string, reply: NotFree): Problem {
  const { status, freeInMs, heldForMs, place, serverNow: storeTime } = reply;
  const lock = JSON.stringify(name);
  const extras = {
    headers: { "retry-after": String(retryAfterS(freeInMs)) },
    members: { freeInMs, heldForMs, position: 0, storeTime },
  };
  if (status === "full")
    return new Problem("queue-full", `${place} others wait for ${lock} already.`, extras);
  return new Problem("held", `${lock} is not free; it was last granted ${heldForMs} ms ago.`, extras);
}

/** The answer to a repetition that comes after the end of its lease. */
export function ended(name: string): HoldfastError {
  return new HoldfastError(
    "attempt-ended",
    `this attempt's lease on ${JSON.stringify(name)} has already ended; use a new attemptId.`,
  );
}
