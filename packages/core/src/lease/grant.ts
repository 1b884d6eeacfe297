import type { Clock } from "../clock.ts";
import { type Deadline, driftFree, elapsedMs, type Instant, instant, reliableMs } from "./deadline.ts";

/** Places the server's clock on the local one. One per client: every answer that names the server's time sharpens it. */
export interface Sightings {
  /** The server's clock showed `serverNow` at some moment after the request left at `sentAt`. */
  note(sentAt: Instant, serverNow: number): void;
  /** Until when a lease of `leaseMs` can be relied on that the server granted when its clock showed `grantedAt`. */
  deadline(grantedAt: number, leaseMs: number): Deadline | undefined;
}

interface Sighting {
  readonly sentAt: Instant;
  readonly serverNow: number;
}

/**
 * The server read `serverNow` no earlier than `sentAt`. A grant that it made `grantedAt − serverNow` later by its own
 * clock was made, by the local one, no earlier than `sentAt` plus that time less the drift allowance. A deadline
 * counted from there is safe however late the message arrives. Of several sightings the one with the latest result
 * is the best, so the quickest answer counts. A grant cannot have been made after it was heard of either, which caps
 * what a server clock that jumped ahead would give.
 */
export function createSightings(clock: Clock): Sightings {
  let best: Sighting | undefined;

  function earliest(from: Sighting, serverTime: number): Instant {
    const sinceMs = serverTime - from.serverNow;
    // Older than the sighting: count back, by as much as the server's clock may have been the slower one.
    const laterMs = sinceMs >= 0 ? driftFree(sinceMs) : 2 * sinceMs - driftFree(sinceMs);
    return { now: from.sentAt.now + laterMs, wall: from.sentAt.wall + laterMs };
  }

  /** Whether the server's clock was set meanwhile: back, or ahead of all that can have passed. What was known is void. */
  function wasSet(from: Sighting, serverNow: number): boolean {
    const sinceMs = serverNow - from.serverNow;
    const mostMs = elapsedMs(clock, from.sentAt);
    return sinceMs < 0 || sinceMs > 2 * mostMs - driftFree(mostMs) + 1;
  }

  return {
    note(sentAt, serverNow) {
      if (!best || wasSet(best, serverNow) || earliest(best, serverNow).now <= sentAt.now)
        best = { sentAt, serverNow };
    },
    deadline(grantedAt, leaseMs) {
      if (!best) return undefined;
      const granted = earliest(best, grantedAt);
      const from = elapsedMs(clock, granted) < 0 ? instant(clock) : granted;
      return { from, ms: reliableMs(leaseMs) };
    },
  };
}
