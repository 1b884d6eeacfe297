/** How numbers read. */

const integers = new Intl.NumberFormat("en");
const times = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export function count(value: number): string {
  return integers.format(value);
}

/** 850 ms, 4.2 s, 38 s, 4 min, 4 min 03 s, 2 h 05 min, 3 d 4 h. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${rest(pad(seconds % 60), "s")}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h${rest(pad(minutes % 60), "min")}`;
  return `${integers.format(Math.floor(hours / 24))} d${rest(String(hours % 24), "h")}`;
}

/** In whole seconds, for what is counted while one looks: how long something lasts already. */
export function age(ms: number): string {
  return ms < 1000 ? "0 s" : duration(Math.floor(ms / 1000) * 1000).replace(".0 s", " s");
}

/** The same for what is left. */
export function left(ms: number): string {
  return ms <= 0 ? "ending" : age(Math.ceil(ms / 1000) * 1000);
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

export function time(moment: number): string {
  return times.format(moment);
}

export function day(moment: number): string {
  return days.format(moment);
}

export function plural(many: number, one: string, several = `${one}s`): string {
  return `${count(many)} ${many === 1 ? one : several}`;
}

function rest(value: string, unit: string): string {
  return Number(value) === 0 ? "" : ` ${value} ${unit}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
