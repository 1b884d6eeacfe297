import type { InspectionBody, LockEventBody } from "@holdfast/protocol";

/** One attempt to hold a lock: it may have waited, may have held, and ended in some way, or not yet. */
export interface Span {
  readonly hash: string;
  readonly mode: string;
  actor: string;
  /** Since when it waited; missing when it did not. */
  waitedFrom?: number;
  /** Since when it held. */
  heldFrom?: number;
  /** When it was over; missing while it is not. */
  endedAt?: number;
  ending?: "released" | "expired" | "lost" | "broken" | "timed-out" | "withdrawn";
  fence?: number;
  reason?: string;
}

/**
 * Who waited and who held, when. Events say it as far as they went through the service; what is so now, the inspection
 * knows better: a holder that nothing was heard of has been there all along, one that is not there any more has ended.
 */
export function spansOf(events: readonly LockEventBody[], inspection: InspectionBody | null): Span[] {
  const spans = new Map<string, Span>();
  const past: Span[] = [];
  for (const event of events) {
    if (event.type === "broken" && event.holder === undefined) {
      for (const span of spans.values()) if (span.heldFrom !== undefined) end(span, event);
      continue;
    }
    if (event.holder === undefined) continue;
    let span = spans.get(event.holder);
    if (span?.endedAt !== undefined && (event.type === "queued" || event.type === "acquired")) {
      past.push(span);
      span = undefined;
    }
    if (span === undefined) {
      span = { hash: event.holder, mode: event.mode ?? "exclusive", actor: event.actor };
      spans.set(event.holder, span);
    }
    note(span, event);
  }
  const all = [...past, ...spans.values()];
  return (inspection === null ? all : settle(all, inspection)).sort((a, b) => startOf(a) - startOf(b));
}

/** When it first appears. */
export function startOf(span: Span): number {
  return span.waitedFrom ?? span.heldFrom ?? span.endedAt ?? 0;
}

function note(span: Span, event: LockEventBody): void {
  if (event.fence !== undefined) span.fence = event.fence;
  switch (event.type) {
    case "queued":
      span.waitedFrom ??= event.at;
      break;
    case "acquired":
    case "converted":
      span.heldFrom ??= event.at;
      if (event.waitedMs !== undefined && event.waitedMs > 0) span.waitedFrom ??= event.at - event.waitedMs;
      break;
    default:
      end(span, event);
  }
}

function end(span: Span, event: LockEventBody): void {
  if (
    span.endedAt !== undefined ||
    event.type === "queued" ||
    event.type === "acquired" ||
    event.type === "converted"
  )
    return;
  span.endedAt = event.at;
  span.ending = event.type;
  if (event.reason !== undefined) span.reason = event.reason;
  const gaveUp = event.type === "timed-out" || event.type === "withdrawn";
  if (gaveUp) span.waitedFrom ??= event.at - (event.waitedMs ?? 0);
  else span.heldFrom ??= event.at - (event.heldMs ?? 0);
}

function settle(spans: Span[], inspection: InspectionBody): Span[] {
  const holders = new Map(inspection.holders.map((holder) => [holder.hash, holder]));
  const waiters = new Map(inspection.waiters.map((waiter) => [waiter.hash, waiter]));
  for (const span of spans) {
    if (span.endedAt !== undefined) continue;
    const holder = holders.get(span.hash);
    const waiter = waiters.get(span.hash);
    if (holder !== undefined) {
      span.heldFrom ??= holder.since;
      span.fence ??= holder.fence;
    } else if (waiter === undefined && startOf(span) < inspection.asOf) {
      span.endedAt = inspection.asOf;
      if (span.heldFrom !== undefined) span.ending = "expired";
    }
    holders.delete(span.hash);
    waiters.delete(span.hash);
  }
  for (const { hash, mode, since, fence } of holders.values())
    spans.push({ hash, mode, actor: "", heldFrom: since, fence });
  for (const { hash, mode, since } of waiters.values())
    spans.push({ hash, mode, actor: "", waitedFrom: since });
  return spans;
}
