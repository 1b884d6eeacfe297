import { type Clock, chance } from "../clock.ts";

/** With wake-ups, a waiter only looks in to keep its place and in case one was missed. */
const HEARTBEAT_MS = 30_000;
const APART_MS = 100;
/** A queue hardly ever moves faster than one place in this time. */
const QUICK_PLACE_MS = 10;
/** Without them, how long one place in the queue is taken to last, and how much longer after each look at no change. */
const PER_PLACE_MS = 40;
const PATIENT = { firstMs: PER_PLACE_MS, growth: 1.5 };
/** Who is first in the queue of a lock looks more often, since it is the one who can be granted. */
const EAGER = { firstMs: 30, growth: 1.2 };

export interface Look {
  /** From 1. A server that says 0 to who waits makes no sense, and is not asked without a pause for that. */
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
      const turnMs = freeInMs + 1 + Math.max(position - 1, 0) * APART_MS * (1 + chance(clock) / 4);
      return Math.min(turnMs, HEARTBEAT_MS * (0.75 + chance(clock) / 4));
    },
  };
}

/**
 * How long to wait for a wake-up on a stream that was opened `deafMs` after the place was taken, before looking for a
 * grant that went unheard in between. Those whom the queue can have reached in that time look at once. Each behind them
 * looks a little later, and most of these are woken before and need no look. Never later than half a claim window.
 * Where one release can let in many, everyone's position is 1.
 */
export function unheardMs(clock: Clock, claimMs: number, position: number, deafMs: number): number {
  const spread = 0.75 + chance(clock) / 4;
  const notReached = Math.max(position - 1 - deafMs / QUICK_PLACE_MS, 0);
  return Math.min(notReached * APART_MS, claimMs / 2) * spread;
}

/**
 * Looks as often as the queue moves: far from the front seldom, in front often, and less and less while nothing
 * changes. Never later than half a claim window, within which a grant has to be found, and never past the moment
 * the lease in the way ends if this waiter is the first, who is `eager` for a lock.
 */
export function pollingPace(clock: Clock, claimMs: number, eager: boolean): Pace {
  let last = Number.POSITIVE_INFINITY;
  let factor = 1;
  return {
    next({ position, freeInMs }) {
      const { firstMs, growth } = eager && position <= 1 ? EAGER : PATIENT;
      factor = position < last ? 1 : factor * growth;
      last = position;
      const basisMs = position <= 1 ? firstMs : position * PER_PLACE_MS;
      const pauseMs = Math.min(basisMs * factor, claimMs / 2) * (0.75 + chance(clock) / 2);
      return position <= 1 ? Math.min(pauseMs, freeInMs + 1) : pauseMs;
    },
  };
}
