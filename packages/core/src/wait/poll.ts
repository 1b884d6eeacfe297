import { type Clock, chance } from "../clock.ts";

const FIRST_MS = 20;
const LONGEST_MS = 500;

/**
 * When to ask again. The server's hint says when the present lease ends; a holder usually lets go earlier, so the
 * pauses start short and double, and none goes past the moment the name is known to be free. Jitter keeps waiters apart.
 */
export function pollDelayMs(clock: Clock, asked: number, freeInMs: number): number {
  const pauseMs = Math.min(FIRST_MS * 2 ** (asked - 1), LONGEST_MS) * (0.75 + chance(clock) / 2);
  return Math.min(pauseMs, freeInMs + 1);
}
