import { HoldfastError, LockTimeoutError } from "@holdfast/core";
import { misconfigured } from "./env.ts";
import { Problem } from "./problem.ts";

/** How long a client should leave a troubled store alone. */
const PAUSE_S = "1";

/** Turns whatever a route threw into the answer for it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LockTimeoutError) return held(error);
  if (error instanceof HoldfastError) return fromCode(error);
  logUnexpected(error);
  return new Problem(500, "internal", "Something failed that should not have; it is in this service's log.");
}

function held({ message, heldForMs, freeInMs }: LockTimeoutError): Problem {
  return new Problem(409, "held", message, {
    headers: { "retry-after": String(Math.max(1, Math.ceil(freeInMs / 1000))) },
    members: { heldForMs: Math.round(heldForMs), freeInMs: Math.round(freeInMs) },
  });
}

function fromCode({ code, message }: HoldfastError): Problem {
  switch (code) {
    case "invalid-argument":
      return new Problem(422, code, message);
    case "lost":
    case "attempt-ended":
    case "kind-mismatch":
      return new Problem(409, code, message);
    case "unauthorized":
      return misconfigured("the lock store does not accept UPSTASH_REDIS_REST_TOKEN.");
    case "refused":
      return new Problem(503, code, message);
    default:
      return new Problem(503, "unavailable", message, { headers: { "retry-after": PAUSE_S } });
  }
}

/** Where it happened, without its text: that may repeat what a caller sent. */
function logUnexpected(error: unknown): void {
  const { name, stack = "" } = error instanceof Error ? error : new Error("not an Error");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  console.error(["unexpected", name, ...frames].join("\n"));
}
