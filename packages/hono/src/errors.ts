import { HoldfastError, LockLostError, LockTimeoutError } from "@holdfast/core";
import { UnacknowledgedError } from "@holdfast/core/commands";
import { OPTION_NAMES } from "./options.ts";
import { misconfigured, Problem } from "./problem.ts";

/** How long a client should leave a troubled store alone. */
const PAUSE = { "retry-after": "1" };

/** Turns whatever a route threw into the answer for it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LockTimeoutError) return held(error);
  if (error instanceof LockLostError) return lost(error);
  if (error instanceof UnacknowledgedError && error.code === "unavailable")
    return new Problem("under-replicated", error.message, { headers: PAUSE });
  if (error instanceof HoldfastError) return fromCode(error);
  logUnexpected(error);
  return new Problem("internal", "Something failed that should not have; it is in this service's log.");
}

function held({ message, heldForMs, freeInMs, position }: LockTimeoutError): Problem {
  return new Problem("held", message, {
    headers: { "retry-after": String(retryAfterS(freeInMs)) },
    members: { heldForMs: Math.round(heldForMs), freeInMs: Math.round(freeInMs), position },
  });
}

/** The header `Retry-After` in whole seconds, of which the least is one. */
export function retryAfterS(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

function lost({ message, fence, reason }: LockLostError): Problem {
  return new Problem("lost", message, { members: { reason, ...(fence > 0 && { fence }) } });
}

function fromCode({ code, message }: HoldfastError): Problem {
  switch (code) {
    case "invalid-argument":
    case "lost":
    case "attempt-ended":
    case "kind-mismatch":
      return new Problem(code, message);
    case "unauthorized":
      return misconfigured(
        `the lock store does not accept ${OPTION_NAMES.token}, or a node that of ${OPTION_NAMES.nodes}.`,
      );
    case "refused":
      return new Problem(code, message);
    default:
      return new Problem("unavailable", message, { headers: PAUSE });
  }
}

/** Where it happened, without its text: that may repeat what a caller sent. */
function logUnexpected(error: unknown): void {
  const { name, stack = "" } = error instanceof Error ? error : new Error("not an Error");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  console.error(["unexpected", name, ...frames].join("\n"));
}
