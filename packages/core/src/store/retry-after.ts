import type { Clock } from "../clock.ts";

/** The pause that a server asks for, in milliseconds. Retry-After is seconds or a date (RFC 9110 §10.2.3). */
export function retryAfterMs(header: string | null, clock: Clock): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.wall();
  return ms > 0 ? ms : undefined;
}
