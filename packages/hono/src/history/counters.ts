import type { LockEventBody } from "@holdfast/protocol";

/**
 * Counters in a hash, since isolates share nothing but the database. An event with a duration adds to one bucket of its type's
 * histogram, which counts the event as well; one without adds to its type's own number. So an event costs one command, two with
 * a duration.
 */

export type EventType = LockEventBody["type"];

/** Upper bounds in milliseconds, both for waits and for holds; what is longer is in the last bucket, without a bound. */
export const BOUNDS = [
  5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 3_600_000,
] as const;

const field = {
  count: (type: EventType) => `n:${type}`,
  bucket: (type: EventType, bound: number | "inf") => `b:${type}:${bound}`,
  sum: (type: EventType) => `s:${type}`,
};

/** What the events add to which fields. */
export function increments(
  events: readonly Pick<LockEventBody, "type" | "waitedMs" | "heldMs">[],
): Map<string, number> {
  const added = new Map<string, number>();
  const add = (name: string, by: number) => {
    if (by > 0) added.set(name, (added.get(name) ?? 0) + by);
  };
  for (const { type, heldMs, waitedMs } of events) {
    const durationMs = heldMs ?? waitedMs;
    if (durationMs === undefined) add(field.count(type), 1);
    else {
      add(field.bucket(type, BOUNDS.find((bound) => durationMs <= bound) ?? "inf"), 1);
      add(field.sum(type), durationMs);
    }
  }
  return added;
}

/** What is known of one type of event. */
export interface Counted {
  readonly total: number;
  /** How many took at most so long, for each of the bounds, and how many had a duration at all. */
  readonly atMost: readonly number[];
  readonly timed: number;
  readonly sumMs: number;
}

export function counted(fields: ReadonlyMap<string, number>, type: EventType): Counted {
  const read = (name: string) => fields.get(name) ?? 0;
  let timed = 0;
  const atMost = BOUNDS.map((bound) => {
    timed += read(field.bucket(type, bound));
    return timed;
  });
  timed += read(field.bucket(type, "inf"));
  return { total: timed + read(field.count(type)), atMost, timed, sumMs: read(field.sum(type)) };
}
