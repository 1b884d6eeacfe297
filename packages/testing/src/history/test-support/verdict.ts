import { checkHistory } from "../check-history.ts";
import type { HistoryEvent } from "../events.ts";
import type { CheckOptions } from "../options.ts";

/** What one check says of a history. */
export function verdict(
  check: string,
  events: readonly HistoryEvent[],
  options: Omit<CheckOptions, "checks"> = {},
): string[] {
  return checkHistory(events, { ...options, checks: [check] }).map(({ text }) => text);
}
