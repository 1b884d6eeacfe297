import type { Outcome } from "../run/outcome.ts";

/** How soon a scheduler may ask again how a run that is under way has turned out. */
const RETRY_AFTER_S = "30";

/**
 * An outcome for a scheduler that delivers over HTTP and tries again after an error, as QStash, Cloud Scheduler or EventBridge
 * do: 200 when there is nothing left to do; 503 with Retry-After while the same occurrence runs elsewhere, because it may fail
 * yet and this delivery would be the one to try again; 500 for `failed` and `gave-up`. The result is not in the body.
 */
export function answerFor(outcome: Outcome<unknown>): Response {
  const { job, occurrence } = outcome;
  const why = outcome.outcome === "skipped" ? outcome.why : undefined;
  const failed = outcome.outcome === "failed" || outcome.outcome === "gave-up";
  const running = why === "running";
  return Response.json(
    { job, occurrence, outcome: outcome.outcome, ...(why && { why }) },
    {
      status: failed ? 500 : running ? 503 : 200,
      headers: { "cache-control": "no-store", ...(running && { "retry-after": RETRY_AFTER_S }) },
    },
  );
}
