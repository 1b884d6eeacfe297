import type { Check } from "../check.ts";
import type { History } from "../history.ts";
import type { OperationRecord } from "../operation-record.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * A lease ends, at any moment, no later than the longest time that was asked for from then on: renewals do not add up. And
 * they end: not after the time for which the lease was to last at the most.
 */
export const renewal: Check = (history, { toleranceMs, promptMs }, report) => {
  for (const { name, states } of history.names.values()) {
    const reported = new Set<string>();
    for (const { at, holders } of states)
      for (const { op, until } of holders) {
        const record = history.operations.get(op);
        if (
          record &&
          promptMs !== undefined &&
          !reported.has(op) &&
          until > holdEnd(history, record, at, promptMs)
        ) {
          reported.add(op);
          report(
            at,
            [op],
            `the server holds ${nameWords(name)} for ${opWords(history, op)} until ${timeWords(until)}, though it was to last ${record.invoked.lastsMs} at the most`,
          );
        }
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

/** The server may count by a clock that is 1 % slower. */
const LONGEST = 1.02;

/** By when a lease that is renewed has to end; that of somebody who extends it by hand, whenever that asks for. */
function holdEnd(
  { faults }: History,
  { client, invoked, granted, extending }: OperationRecord,
  at: number,
  promptMs: number,
): number {
  const { lastsMs, ttlMs = 0, claimMs = 0 } = invoked;
  if (lastsMs === undefined || !granted || extending || faults.touched(client, invoked.at, at))
    return Number.POSITIVE_INFINITY;
  // What is confirmed counts from then.
  const confirmedMs = lastsMs > ttlMs ? 0 : claimMs;
  return granted.at + confirmedMs + Math.max(lastsMs, ttlMs) * LONGEST + promptMs;
}

function longestTtl({ invoked, extending }: OperationRecord, at: number): number | undefined {
  if (invoked.ttlMs === undefined || !extending) return invoked.ttlMs;
  let longest = invoked.ttlMs;
  for (const asked of extending) if (asked.at <= at) longest = Math.max(longest, asked.ttlMs);
  return longest;
}
