import type { Check } from "../check.ts";
import { exemptFrom } from "../history.ts";
import { fenceOf } from "../operation-record.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/** A holder relies on a lease only while the server holds it, with the fence that the server gave. */
export const agreement: Check = (history, _, report) => {
  for (const name of history.names.values()) {
    if (name.states.length === 0) continue;
    for (const record of name.granted) {
      const { op, reliance } = record;
      if (!reliance) continue;
      const exempt = exemptFrom(history, name, record);
      const to = Math.min(reliance.to, exempt ?? reliance.to);
      const serves = name.served.of(op);
      const relied = `${opWords(history, op)} relied on ${nameWords(name.name)} from ${timeWords(reliance.from)} until ${timeWords(to)}`;

      let covered = reliance.from;
      for (const serve of serves) if (serve.from <= covered) covered = Math.max(covered, serve.to);
      if (covered < to) {
        const begin = serves.find(({ from }) => from >= covered)?.from;
        const gap =
          covered > reliance.from
            ? `the server let it go at ${timeWords(covered)}`
            : begin === undefined
              ? "the server did not hold it"
              : `the server held it only from ${timeWords(begin)}`;
        report(covered, [op], `${relied}, but ${gap}`);
      }

      const fence = fenceOf(record, name.name);
      if (fence !== undefined && serves.length > 0 && !serves.some((serve) => serve.fence === fence))
        report(
          reliance.from,
          [op],
          `${opWords(history, op)} was told fence ${fence} for ${nameWords(name.name)}, which the server did not give it`,
        );
    }
  }
};
