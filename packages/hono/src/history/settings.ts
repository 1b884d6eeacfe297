import { misconfigured } from "../problem.ts";

/** How much of what happened is kept. */
export interface HistoryOptions {
  /** About how many events of a tenant: 100 to 1,000,000. Default 10,000. */
  readonly events?: number;
  /** For how long, in milliseconds: a minute to 90 days. Default 7 days. */
  readonly keepMs?: number;
}

const DAY_MS = 86_400_000;
const EVENTS = { least: 100, most: 1_000_000, standard: 10_000 };
const KEEP_MS = { least: 60_000, most: 90 * DAY_MS, standard: 7 * DAY_MS };

/**
 * The history's bounds; those by default where there is none, which may have had one before.
 *
 * @throws Problem `misconfigured` when they cannot be.
 */
export function historyBounds(options: false | HistoryOptions = {}): Required<HistoryOptions> {
  const { events = EVENTS.standard, keepMs = KEEP_MS.standard } = options || {};
  within("history.events", events, EVENTS);
  within("history.keepMs", keepMs, KEEP_MS);
  return { events, keepMs };
}

function within(option: string, value: number, { least, most }: { least: number; most: number }): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw misconfigured(`${option} must be a whole number from ${least} to ${most}.`);
}
