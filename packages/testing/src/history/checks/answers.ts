import type { Check } from "../check.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * What a client is told is so: a lease that is granted can be relied on for some time yet, and one that the release itself
 * ended was not lost.
 */
export const answers: Check = (history, _, report) => {
  for (const { op, granted, lost, reliance } of history.operations.values())
    if (granted && lost?.at === granted.at && reliance && reliance.to <= granted.at)
      report(
        granted.at,
        [op],
        `${opWords(history, op)} was granted at ${timeWords(granted.at)} what was over by then`,
      );

  for (const { name, served } of history.names.values())
    for (const { op, from, takenAt } of served.all) {
      const { releasing, released, names = [] } = history.operations.get(op) ?? {};
      if (takenAt === undefined || !releasing || released?.outcome !== "lost" || names.length > 1) continue;
      if (takenAt < releasing.at || takenAt > released.at) continue;
      if (history.faults.exclusion.overlap(from, released.at)) continue;
      report(
        released.at,
        [op],
        `${opWords(history, op)} was told that its lease of ${nameWords(name)} was lost, but it was its release that ended it at ${timeWords(takenAt)}`,
      );
    }
};
