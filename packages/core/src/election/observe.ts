import { checkKnown, checkMs, checkSignal } from "../check.ts";
import { type Clock, chance, sleep } from "../clock.ts";
import type { Leader } from "./leader.ts";

export interface ObserveOptions {
  /** Ends the iteration, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * How often to look, on average. 100 to 3,600,000 ms; default 5,000, that is 17,280 requests a day, of 3 billed
   * commands each.
   */
  readonly intervalMs?: number;
}

/** Looks for the leader. */
export type Look = (signal: AbortSignal) => Promise<Leader | undefined>;

const KNOWN = ["signal", "intervalMs"];

export function observe(
  clock: Clock,
  look: Look,
  options: ObserveOptions = {},
): AsyncIterable<Leader | undefined> {
  const { signal, intervalMs = 5000 } = checkKnown(options, KNOWN, "observe option");
  checkMs("intervalMs", intervalMs, 100, 3_600_000);
  checkSignal(signal);

  return {
    [Symbol.asyncIterator]() {
      // `return()` of a generator waits for the step that runs, which may be a long pause: so it ends that, too.
      const left = new AbortController();
      const leaders = observation(clock, look, intervalMs, left, signal);
      return {
        next: () => leaders.next(),
        return() {
          left.abort(LEFT);
          return leaders.return(undefined);
        },
      };
    },
  };
}

const LEFT = "the observer left";

async function* observation(
  clock: Clock,
  look: Look,
  intervalMs: number,
  end: AbortController,
  signal: AbortSignal | undefined,
): AsyncGenerator<Leader | undefined, undefined> {
  const abort = () => end.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    let known: number | undefined;
    for (let first = true; ; first = false) {
      const leader = await look(end.signal);
      if (first || leader?.fence !== known) yield leader;
      known = leader?.fence;
      await sleep(clock, pauseMs(clock, intervalMs, leader), end.signal);
    }
  } catch (error) {
    if (error !== LEFT) throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/**
 * Until the next look: an interval, or the rest of the leader's lease if that is shorter, since a leader that lives
 * has renewed it long before. Spread, so that many observers do not look at once.
 */
function pauseMs(clock: Clock, intervalMs: number, leader: Leader | undefined): number {
  const spread = chance(clock);
  const restMs = leader ? leader.expiresAt - clock.wall() : Number.POSITIVE_INFINITY;
  return Math.min(intervalMs * (0.75 + spread / 2), Math.max(restMs, 0) + intervalMs * (0.25 + spread / 4));
}
