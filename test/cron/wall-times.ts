/** What the clocks of a zone show, minute by minute: found by asking the platform for each, without a rule about zones. */
export interface WallMinute {
  readonly at: number;
  /** Such as 2026-03-29. */
  readonly date: string;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

export function wallMinutes(timeZone: string, from: number, to: number): WallMinute[] {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const minutes: WallMinute[] = [];
  for (let at = from; at < to; at += MINUTE_MS) {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    minutes.push({
      at,
      date: `${parts.year}-${parts.month}-${parts.day}`,
      weekday: WEEKDAYS.indexOf(parts.weekday ?? ""),
      hour: Number(parts.hour),
      minute: Number(parts.minute),
    });
  }
  return minutes;
}

/** A cron expression in parts: these minutes of these hours of these weekdays. */
export interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly weekdays: readonly number[];
}

/** When it is due, by trying every minute. */
export function dueTimes({ minutes, hours, weekdays }: Fields, wall: readonly WallMinute[]): number[] {
  const matching = wall.filter(
    ({ minute, hour, weekday }) =>
      minutes.includes(minute) && hours.includes(hour) && weekdays.includes(weekday),
  );
  if (minutes.length > 1 || hours.length > 1) return matching.map(({ at }) => at);
  // One time a day: the first of two, and where the clocks skip it, the moment to which they skip.
  const wanted = (hours[0] ?? 0) * 60 + (minutes[0] ?? 0);
  return [...Map.groupBy(wall, ({ date }) => date).values()].flatMap((day) => {
    if (!weekdays.includes(day[0]?.weekday ?? -1)) return [];
    const found = day.find(({ hour, minute }) => hour * 60 + minute === wanted);
    const skipped = day.find(
      ({ hour, minute }, i) =>
        i > 0 &&
        hour * 60 + minute > wanted &&
        (day[i - 1]?.hour ?? 0) * 60 + (day[i - 1]?.minute ?? 0) < wanted,
    );
    return found ? [found.at] : skipped ? [skipped.at] : [];
  });
}
