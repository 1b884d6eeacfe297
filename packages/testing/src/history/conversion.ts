import type { Converted, Converting, Refused } from "./events.ts";
import { bounded, type OperationRecord } from "./operation-record.ts";

/** One time that a holder asked for another weight, and what it was told, if anything. */
export interface Conversion {
  readonly asked: Converting;
  readonly weight: number;
  /** Where in the history its events are. */
  readonly askedIndex: number;
  convertedIndex: number;
  converted: Converted | undefined;
  refused: Refused | undefined;
}

export function conversionOf(asked: Converting, askedIndex: number): Conversion {
  const weight = bounded(asked.weight);
  return { asked, weight, askedIndex, convertedIndex: -1, converted: undefined, refused: undefined };
}

/** The answer goes to what was asked last; one that comes without a question is left out. */
export function answerConversion(
  conversion: Conversion | undefined,
  event: Converted | Refused,
  index: number,
): void {
  if (!conversion || conversion.converted || conversion.refused) return;
  if (event.type === "refused") conversion.refused = event;
  else {
    conversion.converted = event;
    conversion.convertedIndex = index;
  }
}

/** A stretch of time over which a holder could rely on the same weight. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** From `to` on nothing counts. */
export function stretchesOf({ reliance, weight, conversions }: OperationRecord, to: number): Stretch[] {
  if (!reliance || to <= reliance.from) return [];
  if (!conversions) return [{ from: reliance.from, to, weight }];
  const stretches: Stretch[] = [];
  let from = reliance.from;
  let now = weight;
  const change = (at: number, next: number) => {
    if (next === now) return;
    if (Math.min(at, to) > from) stretches.push({ from, to: Math.min(at, to), weight: now });
    from = Math.max(at, from);
    now = next;
  };
  for (const { asked, weight: wanted, converted } of conversions) {
    change(asked.at, Math.min(now, wanted));
    if (converted) change(converted.at, wanted);
  }
  if (to > from) stretches.push({ from, to, weight: now });
  return stretches;
}

/** The weight that it relied on at that moment, or last. */
export function weightAt(record: OperationRecord, at: number): number {
  let now = record.weight;
  if (record.conversions)
    for (const { from, weight } of stretchesOf(record, Number.POSITIVE_INFINITY))
      if (from <= at) now = weight;
  return now;
}
