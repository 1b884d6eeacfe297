import type { Check } from "./check.ts";
import { exclusion } from "./checks/exclusion.ts";
import type { HistoryEvent } from "./events.ts";
import { readHistory } from "./history.ts";
import { type CheckOptions, DEFAULT_TOLERANCE_MS } from "./options.ts";
import type { Violation } from "./violation.ts";

const CHECKED = { exclusion } satisfies Record<string, Check>;

/** The names of all checks. */
export const CHECKS: readonly string[] = Object.keys(CHECKED);

/**
 * Says what a lock did in this history that no lock may do; nothing if it kept its promises.
 *
 * @param events in the order in which they happened.
 * @throws RangeError for a check that does not exist.
 */
export function checkHistory(events: readonly HistoryEvent[], options: CheckOptions = {}): Violation[] {
  const { checks = CHECKS, toleranceMs = DEFAULT_TOLERANCE_MS, ...rest } = options;
  const history = readHistory(events, toleranceMs);
  const measures = { ...rest, toleranceMs };
  const violations: Violation[] = [];
  for (const promise of checks) {
    const check = (CHECKED as Record<string, Check>)[promise];
    if (!check)
      throw new RangeError(`there is no check ${JSON.stringify(promise)}; there are ${CHECKS.join(", ")}`);
    check(history, measures, (at, ops, text) => violations.push({ promise, at, ops, text }));
  }
  return violations.sort((a, b) => a.at - b.at);
}
