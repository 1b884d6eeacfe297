import { type Clock, chance } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import { elapsedMs, instant } from "../lease/deadline.ts";
import { token } from "../locks/claim.ts";
import { createInbox } from "../wait/inbox.ts";
import { pollingPace } from "../wait/pace.ts";
import type { WakeUps } from "../wait/wake-ups.ts";

export interface LatchWait {
  readonly name: string;
  readonly count: number;
  readonly keepMs: number;
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** With wake-ups, a waiter only looks in case one was missed. */
const HEARTBEAT_MS = 30_000;
/** Without wake-ups, the longest pause between two looks, a quarter more or less. */
const LOOK_MS = 1600;
/** Time for one look, its retries included: a server that says "retry after a day" is not waited for as long as that. */
const LONGEST_LOOK_MS = 30_000;
/** Time for the one look of a wait that does not wait. */
const ONE_LOOK_MS = 5000;

/** Looks until nothing is left, when told to and from time to time; rejects after `waitMs`. */
export async function waitForOpening(
  clock: Clock,
  wakeUps: WakeUps,
  look: (budgetMs: number) => Promise<number>,
  { name, count, keepMs, waitMs, signal }: LatchWait,
): Promise<void> {
  signal?.throwIfAborted();
  const started = instant(clock);
  const leftMs = () => waitMs - elapsedMs(clock, started);
  const inbox = createInbox(clock);
  const polling = pollingPace(clock, 2 * LOOK_MS, false);
  let left: number | undefined;
  let subscribing = false;

  /** What happens before the stream is open goes unheard, so it is followed by another look. */
  async function subscribe(): Promise<void> {
    if (subscribing || wakeUps.open || !wakeUps.supported) return;
    subscribing = true;
    await wakeUps.ready();
    subscribing = false;
    if (wakeUps.open) inbox.put({ type: "lost" });
  }

  const unlisten = wakeUps.listen(token(clock), inbox.put);
  try {
    for (;;) {
      left = await look(waitMs === 0 ? ONE_LOOK_MS : Math.min(leftMs(), LONGEST_LOOK_MS));
      if (left === 0) return;
      if (leftMs() > 0) {
        void subscribe();
        const pauseMs = wakeUps.open
          ? HEARTBEAT_MS * (0.75 + chance(clock) / 4)
          : polling.next({ position: left, freeInMs: Number.POSITIVE_INFINITY });
        // An opening that nobody told must be seen before it is forgotten.
        await inbox.next(Math.min(pauseMs, keepMs / 3, leftMs()), signal);
      }
      if (leftMs() <= 0) throw tooLate(name, count, left, waitMs);
    }
  } catch (error) {
    // The last look was cut short by the end of the wait.
    const late = left !== undefined && leftMs() <= 0 && !signal?.aborted;
    throw late && error instanceof HoldfastError && error.code === "unavailable"
      ? tooLate(name, count, left ?? count, waitMs)
      : error;
  } finally {
    unlisten();
  }
}

function tooLate(name: string, count: number, left: number, waitMs: number): HoldfastError {
  return new HoldfastError(
    "timeout",
    `the latch ${JSON.stringify(name)} was not open after ${waitMs} ms: ${left} of ${count} are still to be counted. ` +
      "Wait longer (waitMs), or see who has not counted.",
  );
}
