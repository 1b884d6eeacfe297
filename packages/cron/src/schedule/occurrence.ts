import { HoldfastError } from "@holdfast/core";
import { MAX_OCCURRENCE_LENGTH } from "../limits.ts";
import type { Schedule } from "./schedule.ts";

/** Which run of a job it is: the same for every delivery of it. */
export interface Occurrence {
  readonly id: string;
  readonly scheduledAt: number | undefined;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * The occurrence that the caller names. A time is the same occurrence however it is written.
 *
 * @throws HoldfastError `invalid-argument` for what names nothing, and for a time that is still to come.
 */
export function namedOccurrence(given: Date | string, latestMs: number): Occurrence {
  const scheduledAt = timeOf(given);
  if (scheduledAt === undefined) return { id: given as string, scheduledAt };
  const id = new Date(scheduledAt).toISOString();
  if (scheduledAt > latestMs)
    throw invalid(
      `occurrence ${id} is in the future by this machine's clock; give the time for which the run is scheduled.`,
    );
  return { id, scheduledAt };
}

/** A time, or `undefined` for an id. */
function timeOf(given: unknown): number | undefined {
  if (given instanceof Date) {
    const ms = given.getTime();
    if (!Number.isSafeInteger(ms) || ms < 0) throw invalid("occurrence must be a valid Date after 1970.");
    return ms;
  }
  if (typeof given !== "string" || given.length > MAX_OCCURRENCE_LENGTH || !/^[^\p{Cc}\p{Cs}]+$/u.test(given))
    throw invalid(
      `occurrence must be a Date, an ISO time, or an id of 1 to ${MAX_OCCURRENCE_LENGTH} UTF-16 units without control characters.`,
    );
  if (!ISO.test(given)) return undefined;
  const ms = Date.parse(given);
  if (Number.isNaN(ms) || ms < 0) throw invalid("occurrence looks like an ISO time and is none.");
  return ms;
}

/**
 * The occurrence for which a delivery at `nowMs` was meant: the latest scheduled time, or the next one if this machine's clock
 * may only not have reached it yet. That allowance is at most a quarter of the time between the two, or a schedule with
 * short gaps would have each delivery that is a little late taken for the next one.
 *
 * @throws HoldfastError `invalid-argument` when the schedule has no time that has come.
 */
export function derivedOccurrence(schedule: Schedule, nowMs: number, skewMs: number): Occurrence {
  const latest = schedule.atOrBefore(nowMs);
  const next = schedule.after(nowMs);
  const gap = latest === undefined || next === undefined ? Number.POSITIVE_INFINITY : next - latest;
  const early = next !== undefined && next - nowMs <= Math.min(skewMs, gap / 4);
  const at = early ? next : latest;
  if (at === undefined) throw invalid("schedule has no time that has come; is the clock right?");
  return { id: new Date(at).toISOString(), scheduledAt: at };
}

function invalid(message: string): HoldfastError {
  return new HoldfastError("invalid-argument", message);
}
