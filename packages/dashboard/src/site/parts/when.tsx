import type { JSX } from "preact";
import { now } from "../state/clock.ts";
import { day, time } from "./format.ts";

const dayAndTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** 38 s, 4 min, 2 h, 3 d: as much as one wants to know of what is far. */
export function coarse(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** A moment, from now. */
export function FromNow({ at }: { at: number }): JSX.Element {
  const ms = at - now.value;
  const text = ms > 0 ? `in ${coarse(ms)}` : `${coarse(-ms)} ago`;
  return <Moment at={at} text={text} />;
}

/** A moment, in the calendar; most that are scheduled are of a whole minute. */
export function At({ at }: { at: number }): JSX.Element {
  return <Moment at={at} text={dayAndTime.format(at).replace(/:00$/, "")} />;
}

function Moment({ at, text }: { at: number; text: string }): JSX.Element {
  return (
    <time class="moment" dateTime={new Date(at).toISOString()} title={`${day(at)}, ${time(at)}`}>
      {text}
    </time>
  );
}
