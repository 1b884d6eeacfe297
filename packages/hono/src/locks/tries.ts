import type { RunOptions } from "@holdfast/core/commands";
import { leaveTo, type ServiceContext } from "../context.ts";

/** How long one request works at the store: whoever sent it loses patience. Also what bounds the clean-up behind it. */
const MOST_MS = 10_000;
/** A store that answers within this works, however short the lease or the wait is that was asked for. */
const LEAST_MS = 3000;
const ROUND_TRIP_MS = 1000;
/** A lease is worth this many tries, if a round trip takes no longer. */
const TRIES_PER_LEASE = 3;

/** Time for a command whose effect lasts so long. */
export function within(lastsMs: number = MOST_MS): RunOptions {
  const budgetMs = Math.min(Math.max(lastsMs, LEAST_MS), MOST_MS);
  return { budgetMs, attemptMs: Math.max(budgetMs / TRIES_PER_LEASE, ROUND_TRIP_MS) };
}

/** At least that time, where the SDK gives a request no more than what is left of a wait. */
export function patiently({ budgetMs = MOST_MS, attemptMs = budgetMs, ...run }: RunOptions): RunOptions {
  return {
    ...run,
    budgetMs: Math.max(budgetMs, LEAST_MS),
    attemptMs: Math.max(attemptMs, ROUND_TRIP_MS),
  };
}

/** Sends a command and sees to what may arrive late of it. */
export interface Careful<T> {
  readonly send: (options: RunOptions) => Promise<T>;
  /** Whether the answer leaves nothing behind that has to be undone, should it be the answer to a repetition. */
  readonly settled: (reply: T) => boolean;
  /** Whether a single try has left something, though it was refused. */
  readonly leftovers?: (reply: T) => boolean;
  readonly undo: (options: RunOptions) => Promise<void>;
}

/**
 * A try that got no answer may still be executed. Whoever asked sees one answer only, so what the tries before it may get is taken
 * back here, after the answer.
 */
export async function carefully<T>(c: ServiceContext, lastsMs: number, command: Careful<T>): Promise<T> {
  let tries = 0;
  const undo = () => leaveTo(c)(command.undo({ ...within(), background: true }));
  try {
    const reply = await command.send({ ...within(lastsMs), onSend: () => tries++ });
    if ((tries > 1 || command.leftovers?.(reply)) && !command.settled(reply)) undo();
    return reply;
  } catch (error) {
    if (tries > 0) undo();
    throw error;
  }
}
