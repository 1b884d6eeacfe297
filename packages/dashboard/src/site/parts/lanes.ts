import { type Span, startOf } from "../state/spans.ts";

/** Spans side by side: each in the first lane that is free when it begins. */
export function lanesOf(spans: readonly Span[], now: number): Span[][] {
  const lanes: Span[][] = [];
  const freeFrom: number[] = [];
  for (const span of spans) {
    const found = freeFrom.findIndex((free) => free <= startOf(span));
    const lane = found === -1 ? lanes.length : found;
    const spansThere = lanes[lane] ?? [];
    spansThere.push(span);
    lanes[lane] = spansThere;
    freeFrom[lane] = span.endedAt ?? now + 1;
  }
  return lanes;
}
