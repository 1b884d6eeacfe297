import type { Check } from "../check.ts";
import { fenceOf } from "../operation-record.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/** A client that waits, and to which nothing happens, learns of its grant before its claim window is over. */
export const wakeUps: Check = (
  history,
  { promptMs, aftermathMs = 0, claimMs: usual, toleranceMs },
  report,
) => {
  if (promptMs === undefined) return;
  for (const { name, served } of history.names.values())
    for (const { op, fence, from, to, fromQueue } of served.all) {
      const record = history.operations.get(op);
      const { claimMs = usual, ttlMs = claimMs } = record?.invoked ?? {};
      if (!fromQueue || !record || claimMs === undefined || ttlMs === undefined) continue;
      const windowMs = Math.min(claimMs, ttlMs);
      if (windowMs < promptMs) continue;
      const by = from + windowMs + toleranceMs;
      const { client, granted, ended } = record;
      // Served already: a late repetition took that place.
      if (granted && granted.at < from) continue;
      const knows = to > by || (granted && granted.at <= by && (fenceOf(record, name) ?? fence) === fence);
      if (knows || by > history.lastAt || (ended && ended.at <= by)) continue;
      if (history.faults.felt(client, from, by, aftermathMs) || history.faults.deaf(client).overlap(from, by))
        continue;
      report(
        by,
        [op],
        `${opWords(history, op)} was granted ${nameWords(name)} out of the queue at ${timeWords(from)} and did not learn of it until ${timeWords(by)}`,
      );
    }
};
