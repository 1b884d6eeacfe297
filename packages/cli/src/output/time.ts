import prettyMs from "pretty-ms";

/** A moment for programs and for people who compare logs. */
export function moment(ms: number): string {
  return new Date(ms).toISOString();
}

/** A span as people say it, in one word: `2h5m`, `12s`, `340ms`. What is over is `0s`. */
export function span(ms: number): string {
  const whole = ms < 1000 ? Math.max(Math.round(ms), 0) : Math.floor(ms / 1000) * 1000;
  return whole === 0 ? "0s" : prettyMs(whole, { unitCount: 2 }).replaceAll(" ", "");
}
