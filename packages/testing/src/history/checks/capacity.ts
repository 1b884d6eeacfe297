import type { Check } from "../check.ts";
import { bounded } from "../operation-record.ts";
import { nameWords, opsWords } from "../words.ts";

/** What the server holds at one moment never weighs more than the capacity. What has run out does not count. */
export const capacity: Check = (history, _, report) => {
  for (const { name, states } of history.names.values())
    for (const { at, holders, capacity } of states) {
      let weight = 0;
      for (const holder of holders) if (holder.until > at) weight += bounded(holder.weight);
      if (weight <= bounded(capacity)) continue;
      const ops = holders.filter(({ until }) => until > at).map(({ op }) => op);
      report(
        at,
        ops,
        `the server holds ${nameWords(name)} for ${opsWords(history, ops)}, with a weight of ${weight} where ${capacity} fits`,
      );
    }
};
