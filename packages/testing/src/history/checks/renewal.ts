import type { Check } from "../check.ts";
import type { OperationRecord } from "../operation-record.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/** A lease ends, at any moment, no later than the longest time that was asked for from then on. Renewals do not add up. */
export const renewal: Check = (history, { toleranceMs }, report) => {
  for (const { name, states } of history.names.values()) {
    const reported = new Set<string>();
    for (const { at, holders } of states)
      for (const { op, until } of holders) {
        const record = history.operations.get(op);
        const ttlMs = record && longestTtl(record, at);
        if (ttlMs === undefined || until <= at + ttlMs + toleranceMs || reported.has(op)) continue;
        if (history.faults.exclusion.overlap(record?.invoked.at ?? at, at)) continue;
        reported.add(op);
        report(
          at,
          [op],
          `the server holds ${nameWords(name)} for ${opWords(history, op)} until ${timeWords(until)}, longer than ` +
            `${ttlMs} from ${timeWords(at)}, the most it asked for`,
        );
      }
  }
};

function longestTtl({ invoked, extending }: OperationRecord, at: number): number | undefined {
  if (invoked.ttlMs === undefined || !extending) return invoked.ttlMs;
  let longest = invoked.ttlMs;
  for (const asked of extending) if (asked.at <= at) longest = Math.max(longest, asked.ttlMs);
  return longest;
}
