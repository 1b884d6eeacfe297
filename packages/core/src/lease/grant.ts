import type { Clock } from "../clock.ts";
import type { WakeUp } from "../wait/wake-ups.ts";
import { type Deadline, driftFree, elapsedMs, type Instant, instant, reliableMs } from "./deadline.ts";

/** A moment that is known on both sides: the server read `serverNow` after this request left at `sentAt`. */
export interface Sighting {
  readonly sentAt: Instant;
  readonly serverNow: number;
}

/**
 * Until when a lease that was granted by a wake-up can be relied on.
 *
 * The server's clock showed `serverNow` no earlier than `sentAt`, and the grant was made `wakeUp.serverNow −
 * serverNow` later by that clock; so by the local one it was made at `sentAt` plus that time, less the drift
 * allowance, at the earliest. Counting from there is safe however late the message arrives. It cannot have been
 * made after it was received either, which caps what a clock that jumped ahead would give.
 */
export function grantDeadline(
  clock: Clock,
  seen: Sighting,
  wakeUp: Extract<WakeUp, { type: "granted" }>,
): Deadline {
  const received = instant(clock);
  const sinceSeen = driftFree(Math.max(wakeUp.serverNow - seen.serverNow, 0));
  const ms = sinceSeen + reliableMs(wakeUp.leaseMs);
  const cap = elapsedMs(clock, seen.sentAt) + reliableMs(wakeUp.leaseMs);
  return ms < cap ? { from: seen.sentAt, ms } : { from: received, ms: reliableMs(wakeUp.leaseMs) };
}
