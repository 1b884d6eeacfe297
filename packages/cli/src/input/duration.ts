import { InvalidArgumentError } from "commander";
import parseDuration from "parse-duration";

/** The library takes whatever it can read out of a text and skips the rest: `10m!` and `1 fortnight` are no durations. */
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** Milliseconds of `500ms`, `30s`, `1h30m` or `0`. */
export function duration(text: string): number {
  if (text === "0") return 0;
  if (/^\d+(\.\d+)?$/.test(text))
    throw new InvalidArgumentError(`Say the unit: ${text}s for seconds, ${text}ms for milliseconds.`);
  const ms = WHOLE.test(text) ? parseDuration(text) : null;
  if (ms === null) throw new InvalidArgumentError("A duration is written 500ms, 30s, 10m or 1h30m.");
  if (!Number.isSafeInteger(ms)) throw new InvalidArgumentError("A duration is whole milliseconds.");
  return ms;
}

/** A duration, or `forever`. */
export function patience(text: string): number {
  return text === "forever" ? Number.POSITIVE_INFINITY : duration(text);
}
