import type { Outcome } from "@holdfast/cron";
import { moment, span } from "./time.ts";

/** How a delivery turned out, in a sentence. */
export function outcomeText(outcome: Outcome<void>): string {
  const which = `${outcome.job} ${outcome.occurrence}`;
  switch (outcome.outcome) {
    case "ran":
      return `${which}: succeeded after ${span(outcome.durationMs)}, attempt ${outcome.attempt}.`;
    case "waited":
      return `${which}: succeeded elsewhere meanwhile.`;
    case "skipped":
      return `${which}: skipped: ${whyOf(outcome)}.`;
    default:
      return `${which}: its attempts are used up.`;
  }
}

function whyOf(outcome: Extract<Outcome<void>, { outcome: "skipped" }>): string {
  if (outcome.why === "succeeded") return `it has succeeded at ${moment(outcome.endedAt.getTime())}`;
  if (outcome.why === "running") return "it runs elsewhere";
  if (outcome.why === "overlap") return "another occurrence runs";
  return `another occurrence began too short a time ago; not before ${span(outcome.retryAfterMs ?? 0)} from now`;
}
