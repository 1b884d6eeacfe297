import type { Check } from "../check.ts";
import { type Stretch, stretchesOf } from "../conversion.ts";
import { exemptFrom, type History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import type { OperationRecord } from "../operation-record.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

interface Span extends Stretch {
  readonly record: OperationRecord;
}

/**
 * What holders rely on at one moment never weighs more than the capacity. A sweep over the beginnings and ends of
 * all leases of a name; an end comes before a beginning at the same moment.
 */
export const exclusion: Check = (history, _, report) => {
  for (const name of history.names.values()) if (name.granted.length > 1) sweep(history, name, report);
};

function sweep(history: History, name: NameHistory, report: Report): void {
  const begins = spans(history, name);
  const ends = [...begins].sort((a, b) => a.to - b.to);
  const active = new Set<Span>();
  let weight = 0;
  let ended = 0;
  for (const span of begins) {
    for (let next = ends[ended]; next && next.to <= span.from; next = ends[++ended])
      if (active.delete(next)) weight -= next.weight;
    active.add(span);
    weight += span.weight;
    if (weight > span.record.capacity) report(span.from, ...overlap(history, name, span, active));
  }
}

function spans(history: History, name: NameHistory): Span[] {
  const found: Span[] = [];
  let converted = false;
  for (const record of name.granted) {
    const { reliance } = record;
    if (!reliance) continue;
    const to = Math.min(reliance.to, exemptFrom(history, name, record) ?? reliance.to);
    converted ||= record.conversions !== undefined;
    for (const stretch of stretchesOf(record, to)) found.push({ record, ...stretch });
  }
  // Those that never change are in this order already.
  return converted ? found.sort((a, b) => a.from - b.from) : found;
}

function overlap(
  history: History,
  name: NameHistory,
  { record, from, to }: Span,
  active: ReadonlySet<Span>,
): [string[], string] {
  const others = [...active].filter((span) => span.record !== record);
  const [first] = others.sort((a, b) => b.to - a.to);
  const ops = [record.op, ...others.map((span) => span.record.op)];
  const more = others.length > 1 ? ` and ${others.length - 1} more did as well` : "";
  const text =
    first === undefined
      ? `${opWords(history, record.op)} was granted ${nameWords(name.name)} at ${timeWords(from)} with more weight than fits`
      : `${opWords(history, record.op)} relied on ${nameWords(name.name)} from ${timeWords(from)} until ${timeWords(to)} ` +
        `while ${opWords(history, first.record.op)} did until ${timeWords(first.to)}${more}`;
  return [ops, text];
}
