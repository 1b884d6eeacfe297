import type { LockEventBody, OverviewBody } from "@holdfast/protocol";

export const MINUTE_MS = 60_000;

type Minute = OverviewBody["minutes"][number];

/** When the first of so many minutes began, the present one being the last. */
export function firstMinute(now: number, minutes: number): number {
  return (Math.floor(now / MINUTE_MS) - minutes + 1) * MINUTE_MS;
}

/** What happened, by the minute. Events of other minutes are left out. */
export function byMinute(events: readonly LockEventBody[], from: number, minutes: number): Minute[] {
  const of = Array.from({ length: minutes }, (): LockEventBody[] => []);
  for (const event of events) of[Math.floor((event.at - from) / MINUTE_MS)]?.push(event);
  return of.map((within, index) => summary(from + index * MINUTE_MS, within));
}

function summary(at: number, events: readonly LockEventBody[]): Minute {
  const count = (what: (event: LockEventBody) => boolean) => events.filter(what).length;
  const grants = events.filter(({ type }) => type === "acquired");
  const waits = grants.flatMap(({ waitedMs }) => waitedMs ?? []).sort((a, b) => a - b);
  return {
    at,
    grants: grants.length,
    contended: count(
      ({ type, waitedMs = 0 }) => type === "timed-out" || (type === "acquired" && waitedMs > 0),
    ),
    losses: count(({ type }) => type === "lost" || type === "expired"),
    ...(waits.length > 0 && { waitP50Ms: rank(waits, 0.5), waitP99Ms: rank(waits, 0.99) }),
  };
}

/** The nearest rank: a value that was really waited. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
