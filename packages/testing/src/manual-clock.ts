import type { Clock } from "@holdfast/core";
import { nextTask } from "./next-task.ts";
import { seededBytes } from "./seeded-bytes.ts";

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  /**
   * Lets `ms` milliseconds pass and fires the timers due by then, in order, each at its own moment; what a timer
   * set going (promises, in-process replies) settles before the next one fires. Work that needs the outside
   * world, such as a request over a socket, is not waited for.
   *
   * @throws Error when called while another `advance` runs, or when timers re-arm without time passing.
   */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock by `ms` (negative: back), as setting the time does; monotonic time and timers stay. */
  jumpWall(ms: number): void;
  /**
   * Lets `ms` milliseconds pass with no timer firing, like a frozen isolate. Overdue timers fire at the next
   * {@link ManualClock.advance}, even one of 0 ms.
   */
  freeze(ms: number): void;
  /** Timers set and neither fired nor cleared. */
  readonly pendingTimers: number;
}

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

const DEFAULT_WALL_MS = Date.UTC(2026, 0, 1);
const LONGEST_TIMER_MS = 2_147_483_647;
const MOST_TIMERS_AT_ONE_MOMENT = 10_000;

/**
 * A clock for tests: time stands still between calls of `advance`.
 *
 * @param startWallMs where the wall clock starts, in milliseconds since the Unix epoch. Default: 1 January 2026.
 * @param seed makes `randomBytes` the same in every run (a whole number). Default: the platform's secure bytes.
 * @example
 * const clock = manualClock();
 * const locks = createLocks({ store, clock });
 * await clock.advance(30_000);
 */
export function manualClock(startWallMs: number = DEFAULT_WALL_MS, seed?: number): ManualClock {
  let now = 0;
  let wallOffset = startWallMs;
  let lastHandle = 0;
  let advancing = false;
  const timers = new Map<number, Timer>();

  /** The earliest timer due by `end`; of several at one moment the one that was set first. */
  function nextDue(end: number): [number, Timer] | undefined {
    let next: [number, Timer] | undefined;
    for (const entry of timers) if (entry[1].at <= end && !(next && next[1].at <= entry[1].at)) next = entry;
    return next;
  }

  async function fireUntil(end: number): Promise<void> {
    let firedAtThisMoment = 0;
    await nextTask();
    for (let due = nextDue(end); due; due = nextDue(end)) {
      const [handle, timer] = due;
      firedAtThisMoment = timer.at > now ? 0 : firedAtThisMoment + 1;
      if (firedAtThisMoment > MOST_TIMERS_AT_ONE_MOMENT)
        throw new Error(`more than ${MOST_TIMERS_AT_ONE_MOMENT} timers fired without time passing`);
      now = Math.max(now, timer.at);
      timers.delete(handle);
      timer.fn();
      await nextTask();
    }
    now = Math.max(now, end);
  }

  return {
    now: () => now,
    wall: () => now + wallOffset,
    setTimeout(fn, ms) {
      // The platforms fire these at once; here that mistake shows.
      if (Number.isNaN(ms) || ms > LONGEST_TIMER_MS) throw new RangeError(`no timer can wait ${ms} ms`);
      timers.set(++lastHandle, { at: now + Math.max(ms, 0), fn });
      return lastHandle;
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
    randomBytes:
      seed === undefined ? (length) => crypto.getRandomValues(new Uint8Array(length)) : seededBytes(seed),
    async advance(ms) {
      mustPass(ms);
      if (advancing) throw new Error("another advance of this clock is still running");
      advancing = true;
      try {
        await fireUntil(now + ms);
      } finally {
        advancing = false;
      }
    },
    jumpWall(ms) {
      wallOffset += ms;
    },
    freeze(ms) {
      mustPass(ms);
      now += ms;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}

function mustPass(ms: number): void {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) throw new RangeError(`${ms} ms cannot pass`);
}
