import { checkHistory, type HistoryEvent, type Violation } from "@holdfast/testing/history";
import { PROMPT_MS } from "./leftovers.ts";

/** Those of `checkHistory` that need nothing but what clients see. The order of waiting is best effort over a quorum. */
const CHECKS = [
  "well-formed",
  "exclusion",
  "fences",
  "effects",
  "answers",
  "once",
  "lasting",
  "loss",
  "liveness",
] as const;

/** What no quorum may do, by what its clients were told and by what reached the resource. */
export function checkQuorum(history: readonly HistoryEvent[]): Violation[] {
  const measures = { promptMs: PROMPT_MS, aftermathMs: AFTERMATH_MS };
  return [...checkHistory(history, { checks: CHECKS, ...measures }), ...writesOfOlderGrants(history)];
}

/** The longest that a message is late, or waited for in vain, and some time to notice. */
const AFTERMATH_MS = 6000;

/**
 * Once the resource has taken a write of a grant, it takes none of a grant that was known before that one was asked for:
 * not by fences, but by what happened when.
 */
function writesOfOlderGrants(history: readonly HistoryEvent[]): Violation[] {
  const asked = new Map<string, number>();
  const granted = new Map<string, number>();
  const newest = new Map<string, { op: string; askedAt: number }>();
  const found: Violation[] = [];
  for (const event of history) {
    if (event.type === "invoked") asked.set(event.op, event.at);
    else if (event.type === "granted") granted.set(event.op, event.at);
    else if (event.type === "effect" && event.accepted) {
      const { at, op, name } = event;
      const before = newest.get(name);
      const askedAt = asked.get(op) ?? 0;
      if (before && (granted.get(op) ?? 0) < before.askedAt)
        found.push({
          promise: "writes",
          at,
          ops: [op, before.op],
          text: `a write of op ${op} to "${name}" was taken after one of op ${before.op}, which was asked for when op ${op} had been granted`,
        });
      if (!before || askedAt > before.askedAt) newest.set(name, { op, askedAt });
    }
  }
  return found;
}
