import type { Check } from "../check.ts";
import { type Stretch, stretchesOf } from "../conversion.ts";
import { exemptFrom } from "../history.ts";
import { fencesOf } from "../operation-record.ts";
import type { Serve } from "../served.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/** A holder relies on a lease only while the server holds it, with its weight, and with the fence that the server gave. */
export const agreement: Check = (history, _, report) => {
  for (const name of history.names.values()) {
    if (name.states.length === 0) continue;
    for (const record of name.granted) {
      const { op, reliance } = record;
      if (!reliance) continue;
      const exempt = exemptFrom(history, name, record);
      const to = Math.min(reliance.to, exempt ?? reliance.to);
      const serves = name.served.of(op);
      for (const stretch of stretchesOf(record, to)) {
        const gap = gapIn(stretch, serves);
        if (!gap) continue;
        const relied = `${opWords(history, op)} relied on ${nameWords(name.name)} from ${timeWords(stretch.from)} until ${timeWords(stretch.to)}`;
        report(gap.at, [op], `${relied}, but ${gap.text}`);
      }

      for (const { at, fence } of serves.length > 0 ? fencesOf(record, name.name) : [])
        if (!serves.some((serve) => serve.fence === fence))
          report(
            at,
            [op],
            `${opWords(history, op)} was told fence ${fence} for ${nameWords(name.name)}, which the server did not give it`,
          );
    }
  }
};

/** Where the server did not hold as much as was relied on. */
function gapIn(
  { from, to, weight }: Stretch,
  serves: readonly Serve[],
): { at: number; text: string } | undefined {
  const enough = serves.filter((serve) => serve.weight >= weight);
  let covered = from;
  for (const serve of enough) if (serve.from <= covered) covered = Math.max(covered, serve.to);
  if (covered >= to) return undefined;
  const begin = enough.find((serve) => serve.from >= covered)?.from;
  const text =
    covered > from
      ? `the server let it go at ${timeWords(covered)}`
      : begin === undefined
        ? "the server did not hold it"
        : `the server held it only from ${timeWords(begin)}`;
  return { at: covered, text };
}
