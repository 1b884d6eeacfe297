import { HoldfastError } from "@holdfast/core";
import { Cron } from "croner";

/** When a job is due: a cron expression in a time zone. */
export interface Schedule {
  /** The first time after this moment; `undefined` when there is none any more. Milliseconds since the epoch. */
  after(ms: number): number | undefined;
  /** The last time at or before this moment. */
  atOrBefore(ms: number): number | undefined;
}

/**
 * Reads a cron expression of five fields, or six with seconds in front, and nicknames such as `@daily`.
 *
 * Around a change of clocks: an expression with one hour, minute and second runs once that day, at the first moment after
 * a gap if its time falls into one; others run by the clock on the wall, so twice in an hour that comes twice.
 *
 * @throws HoldfastError `invalid-argument` that names the field which cannot be read.
 */
export function parseSchedule(schedule: string, timeZone = "UTC"): Schedule {
  checkZone(timeZone);
  if (typeof schedule !== "string" || schedule.length === 0 || schedule.length > 256)
    throw invalid("schedule must be a cron expression of 1 to 256 characters, such as 0 2 * * *.");
  const cron = parse(schedule.trim(), timeZone);
  // An expression may be well formed and name no moment, as the 30th of February.
  if (!cron.nextRun(new Date(0))) throw invalid("schedule names no moment: no month has that day.");
  return {
    after: (ms) => cron.nextRun(new Date(ms))?.getTime(),
    atOrBefore: (ms) => cron.previousRuns(1, new Date(ms + 1))[0]?.getTime(),
  };
}

const FIELDS = ["minute", "hour", "day of month", "month", "day of week"];

function parse(schedule: string, timeZone: string): Cron {
  const read = (expression: string) =>
    new Cron(expression, { timezone: timeZone, mode: "5-or-6-parts", paused: true });
  try {
    return read(schedule);
  } catch {
    if (schedule.startsWith("@"))
      throw invalid(`schedule ${JSON.stringify(schedule)} is no nickname such as @hourly, @daily, @weekly.`);
    throw invalid(`schedule cannot be read: ${mistake(schedule.split(/\s+/), read)}.`);
  }
}

/** Each field is tried beside others that are right, since what the parser says of values is not what was written. */
function mistake(fields: readonly string[], read: (expression: string) => unknown): string {
  if (fields.length !== 5 && fields.length !== 6)
    return `it has ${fields.length} fields, not 5, or 6 with seconds in front`;
  const names = fields.length === 6 ? ["second", ...FIELDS] : FIELDS;
  for (const [i, field] of fields.entries()) {
    try {
      read(fields.map((_, at) => (at === i ? field : "*")).join(" "));
    } catch {
      return `its field for the ${names[i]}, ${JSON.stringify(field)}, is out of range or no value`;
    }
  }
  return "its fields do not go together";
}

/** All times after `from` and up to `to`; the first `most` of them. */
export function timesBetween(schedule: Schedule, from: number, to: number, most: number): number[] {
  const times: number[] = [];
  for (let at = schedule.after(from); at !== undefined && at <= to; at = schedule.after(at)) {
    if (times.length === most) break;
    times.push(at);
  }
  return times;
}

function checkZone(timeZone: unknown): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: String(timeZone) });
  } catch {
    throw invalid("timeZone must be a zone of the IANA database, such as Europe/Berlin.");
  }
}

function invalid(message: string): HoldfastError {
  return new HoldfastError("invalid-argument", message);
}
