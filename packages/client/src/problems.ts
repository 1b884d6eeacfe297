import { HoldfastError } from "@holdfast/core";
import { UnacknowledgedError } from "@holdfast/core/commands";
import type { ProblemBody } from "@holdfast/protocol";

/** An answer that is not success (RFC 9457), as far as it could be read. */
export type Problem = Partial<ProblemBody>;

/** Of the service's own problems only: what something else answers may repeat what was sent. */
function ownTitle({ type, title }: Problem): string {
  return typeof type === "string" && type.startsWith("urn:holdfast:problem:") && typeof title === "string"
    ? ` (${title})`
    : "";
}

/** What an error says of a 422: the service names the fields, or the reason, and repeats no values. */
function faultsOf(problem: Problem): string {
  const { errors, detail } = problem;
  if (ownTitle(problem) === "") return "";
  if (!Array.isArray(errors)) return typeof detail === "string" ? detail : "";
  return errors.map(({ field, detail }) => `${field} ${detail}`).join("; ");
}

/** With a status that says otherwise. What too few replicas have is taken back, so that its attempt is over. */
const FINAL: readonly Problem["code"][] = ["refused", "misconfigured", "under-replicated"];

/** Whether the same request can have another answer later. */
export function mayPass(status: number, { code }: Problem): boolean {
  return status === 429 || (status >= 500 && !FINAL.includes(code));
}

/** The error of an answer that no repetition will change. `name` is the lock's, if the request was about one. */
export function problemError(status: number, problem: Problem, name: string | undefined): HoldfastError {
  const about = name === undefined ? "" : ` for ${JSON.stringify(name)}`;
  const title = ownTitle(problem);
  if (status === 401 || status === 403)
    return new HoldfastError(
      "unauthorized",
      `the lock service answered HTTP ${status}${title}${about}: check the token and what it allows.`,
    );
  if (problem.code === "kind-mismatch")
    return new HoldfastError(
      "kind-mismatch",
      `${name === undefined ? "a name" : JSON.stringify(name)} is in use as another kind of lock; choose another name.`,
    );
  if (status === 422)
    return new HoldfastError(
      "invalid-argument",
      `the lock service does not take this${about}: ${faultsOf(problem) || `HTTP 422${title}.`}`,
    );
  if (title !== "" && problem.code === "under-replicated")
    return new UnacknowledgedError(
      "unavailable",
      `the lock service answered HTTP ${status}${title}${about}.`,
    );
  if (title !== "")
    return new HoldfastError("refused", `the lock service answered HTTP ${status}${title}${about}.`);
  const what = status === 0 || (status >= 300 && status < 400) ? "a redirect" : `HTTP ${status}`;
  return new HoldfastError(
    "refused",
    `the lock service answered ${what}: check that the URL is that of a Holdfast lock service.`,
  );
}
