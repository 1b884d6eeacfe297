import type { Clock } from "../clock.ts";

/**
 * A moment on both local clocks. A process can be frozen in ways that stop one of them: the monotonic clock
 * stands still while a virtual machine is paused, the wall clock may be set back. The larger reading counts.
 */
export interface Instant {
  readonly now: number;
  readonly wall: number;
}

export function instant(clock: Clock): Instant {
  return { now: clock.now(), wall: clock.wall() };
}

/** Milliseconds since `from`: at least what either clock says has passed. */
export function elapsedMs(clock: Clock, from: Instant): number {
  return Math.max(clock.now() - from.now, clock.wall() - from.wall);
}

/** Local and server clocks may run at rates that differ by this much. */
const DRIFT = 0.01;
/** The server counts whole milliseconds: its "now" may be 1 ms behind the truth, and so may our timers. */
const ROUNDING_MS = 2;

/** The least local time in which `ms` of the server's can have passed. */
export function driftFree(ms: number): number {
  return ms * (1 - DRIFT);
}

/**
 * How much of a lease its holder may rely on, counted from before the request left that the server answered
 * with `remainingMs` (the server read its clock after that moment, so the true expiry is later than this).
 * The arithmetic is the Redlock page's: validity = TTL − elapsed − drift.
 */
export function reliableMs(remainingMs: number): number {
  return driftFree(remainingMs) - ROUNDING_MS;
}

/** A time limit that started at `from`. */
export interface Deadline {
  readonly from: Instant;
  readonly ms: number;
}

export function remainingOf(clock: Clock, deadline: Deadline): number {
  return deadline.ms - elapsedMs(clock, deadline.from);
}
