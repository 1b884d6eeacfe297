import { type Clock, chance } from "../clock.ts";

/** With wake-ups, a waiter only looks in to keep its place and in case one was missed. */
const HEARTBEAT_MS = 30_000;
const APART_MS = 100;
/** Without them, how long one place in the queue is taken to last, until the queue shows otherwise. */
const PER_PLACE_MS = 40;
/** Who is first looks a little more often, since it is the one who can be granted. */
const FIRST_PLACE_MS = 30;

export interface Look {
  readonly position: number;
  readonly freeInMs: number;
}

export interface Pace {
  /** Milliseconds until the next look, given what the last one showed. */
  next(look: Look): number;
}

/**
 * Looks when the lease in the way ends, if this waiter is the first. The others are told when they are; should that be
 * missed, each looks a little after the one before it would have, and every waiter does now and then.
 */
export function wokenPace(clock: Clock): Pace {
  return {
    next: ({ position, freeInMs }) => {
      const turnMs = freeInMs + 1 + (position - 1) * APART_MS * (1 + chance(clock) / 4);
      return Math.min(turnMs, HEARTBEAT_MS * (0.75 + chance(clock) / 4));
    },
  };
}

/**
 * Looks as often as the queue moves: far from the front seldom, in front often, and less and less while nothing
 * changes. Never later than half a claim window, within which a grant has to be found, and never past the moment
 * the lease in the way ends if this waiter is the first.
 */
export function pollingPace(clock: Clock, claimMs: number): Pace {
  let last = Number.POSITIVE_INFINITY;
  let factor = 1;
  return {
    next({ position, freeInMs }) {
      factor = position < last ? 1 : factor * (position === 1 ? 1.2 : 1.5);
      last = position;
      const pauseMs =
        Math.min((position === 1 ? FIRST_PLACE_MS : position * PER_PLACE_MS) * factor, claimMs / 2) *
        (0.75 + chance(clock) / 2);
      return position === 1 ? Math.min(pauseMs, freeInMs + 1) : pauseMs;
    },
  };
}
