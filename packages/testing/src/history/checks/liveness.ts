import type { Check } from "../check.ts";
import { opWords, timeWords } from "../words.ts";

/** Once quiet, nobody waits for ever: each call comes to an end, unless its client is dead. */
export const liveness: Check = (history, { livenessMs = Number.POSITIVE_INFINITY }, report) => {
  const { quietAt, operations, faults, end, lastAt } = history;
  if (quietAt === undefined) return;
  for (const { op, client, invoked, granted, ended } of operations.values()) {
    const begun = Math.max(quietAt, invoked.at);
    const by = Math.min(begun + livenessMs, end?.at ?? Number.POSITIVE_INFINITY);
    const endedAt = granted?.at ?? ended?.at ?? Number.POSITIVE_INFINITY;
    if (by > lastAt || endedAt <= by || faults.down(client).overlap(begun, by)) continue;
    const since = `${opWords(history, op)} was invoked at ${timeWords(invoked.at)} and`;
    const still = Number.isFinite(endedAt) ? `ended only at ${timeWords(endedAt)}` : "never ended";
    report(by, [op], `${since} ${still}, though nothing was in its way from ${timeWords(quietAt)} on`);
  }
};
