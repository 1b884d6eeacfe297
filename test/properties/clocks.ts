import type { Clock } from "@holdfast/core";
import { type ManualClock, manualClock } from "@holdfast/testing";

/** The longest delay that timers take; the platforms fire at once for more. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** A clock turned by hand that keeps what was asked of it. */
export interface WatchedClock extends ManualClock {
  /** Delays that no platform's timer takes as they are meant. */
  readonly badDelays: number[];
}

/** A manual clock that notes every timer whose delay is negative, no number or too long. */
export function watchedClock(startWallMs?: number, seed?: number): WatchedClock {
  const clock = manualClock(startWallMs, seed);
  const badDelays: number[] = [];
  const setTimeout: Clock["setTimeout"] = (fn, ms) => {
    if (ms >= 0 && ms <= LONGEST_TIMER_MS) return clock.setTimeout(fn, ms);
    badDelays.push(ms);
    return clock.setTimeout(fn, 0);
  };
  return Object.assign(Object.create(clock), { badDelays, setTimeout });
}

/** How a machine's clocks go wrong. One of the two stays right: that is what the SDK needs. */
export type Trouble = "none" | "monotonic clock stops" | "wall clock is set";

/** The clocks of a client on a machine in trouble. */
export interface TroubledClock extends Clock {
  /** The trouble happens once: the machine is paused for so long, or its wall clock is set by so much. */
  disturb(ms: number): void;
}

/** The clocks of a machine in true time `time`. */
export function troubled(time: ManualClock, trouble: Trouble): TroubledClock {
  let stoppedMs = 0;
  let setMs = 0;
  const now = () => time.now() - stoppedMs;
  const handles = new Map<number, unknown>();
  let last = 0;

  /** Timers run by the monotonic clock: they are late by as much as it stopped. */
  function arm(handle: number, fn: () => void, due: number, ms: number): void {
    const fire = () => {
      if (now() < due) return arm(handle, fn, due, Math.ceil(due - now()));
      handles.delete(handle);
      fn();
    };
    handles.set(handle, time.setTimeout(fire, ms));
  }

  return {
    now,
    wall: () => time.wall() + setMs,
    setTimeout(fn, ms) {
      arm(++last, fn, now() + ms, ms);
      return last;
    },
    clearTimeout(handle) {
      time.clearTimeout(handles.get(handle as number));
      handles.delete(handle as number);
    },
    randomBytes: (length) => time.randomBytes(length),
    disturb(ms) {
      if (trouble === "wall clock is set") setMs += ms;
      if (trouble === "monotonic clock stops") {
        time.freeze(Math.abs(ms));
        stoppedMs += Math.abs(ms);
      }
    },
  };
}
