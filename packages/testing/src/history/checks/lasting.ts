import type { Check } from "../check.ts";
import { opWords, timeWords } from "../words.ts";

/** Clocks may differ by so much, and a lease is counted short by as much again. */
const SHORTEST = 0.97;

/**
 * A lease lasts as long as its holder asked for, where nothing happens to the client or the server: what is granted for a
 * shorter time at first is confirmed, and what is to be renewed is renewed.
 */
export const lasting: Check = (history, { promptMs, aftermathMs = 0 }, report) => {
  if (promptMs === undefined) return;
  for (const { op, client, invoked, granted, lost } of history.operations.values()) {
    const { lastsMs, ttlMs = 0, claimMs = ttlMs } = invoked;
    if (lastsMs === undefined || !granted || !lost) continue;
    // What ends within some round trips can end before it is confirmed.
    if (Math.min(ttlMs, claimMs) < promptMs || lost.at >= granted.at + lastsMs * SHORTEST - promptMs)
      continue;
    if (history.faults.felt(client, granted.at, lost.at, aftermathMs)) continue;
    report(
      lost.at,
      [op],
      `${opWords(history, op)} was granted its lease at ${timeWords(granted.at)} and lost it at ${timeWords(lost.at)}, ` +
        `though it was to last ${lastsMs} and nothing went wrong`,
    );
  }
};
