import type { Clock } from "@holdfast/core";
import type { Random } from "./random.ts";
import type { Planned, VirtualTime } from "./virtual-time.ts";

/** Real clocks are within this of each other (the assumption of promise P1). */
export const MOST_DRIFT = 0.0095;
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** Timers fire a little late, and by some platforms' clocks a little early. */
const TIMER_JITTER_MS = [-0.5, 1.5] as const;

/** What one client runs on: a clock of its own, and the ways in which machines stand still. */
export interface Machine {
  readonly clock: Clock;
  readonly state: "running" | "frozen" | "dead";
  /** How fast its clock runs against the true time. */
  readonly rate: number;
  /** Hands something to the client: now, after it thaws, or never. */
  deliver(what: () => void): void;
  /** Nothing runs for so long. `clockStops`: the monotonic clock stands still too, as in a paused virtual machine. */
  freeze(ms: number, clockStops: boolean): void;
  thaw(): void;
  /** Nothing runs ever again. */
  kill(): void;
  /** Sets the wall clock. */
  stepWall(ms: number): void;
}

interface Timer {
  /** By the machine's own monotonic clock. */
  readonly dueMs: number;
  readonly fire: () => void;
  planned: Planned;
}

/** @param mostDrift how far its clock may be from the true rate. */
export function createMachine(time: VirtualTime, random: Random, mostDrift: number = MOST_DRIFT): Machine {
  const rate = 1 + random.between(-mostDrift, mostDrift);
  const startMs = random.between(0, 1e6);
  let wallOffsetMs = EPOCH_MS + random.between(-1e5, 1e5);
  let stoppedMs = 0;
  let state: Machine["state"] = "running";
  let thawing: Planned | undefined;
  let clockStoppedAt: number | undefined;
  let backlog: { what: () => void; timer: boolean }[] = [];
  const timers = new Map<number, Timer>();
  let handles = 0;

  const monotonic = () => startMs + ((clockStoppedAt ?? time.nowMs) - stoppedMs) * rate;
  /** True time at which the monotonic clock shows this. */
  const trueTimeOf = (dueMs: number) => (dueMs - startMs) / rate + stoppedMs;

  function deliver(what: () => void, timer = false): void {
    if (state === "running") {
      time.entered();
      what();
    } else if (state === "frozen") backlog.push({ what, timer });
  }

  function plan(handle: number, dueMs: number, fire: () => void): Timer {
    const run = () =>
      deliver(() => {
        if (timers.delete(handle)) fire();
      }, true);
    return { dueMs, fire, planned: time.at(trueTimeOf(dueMs) + random.between(...TIMER_JITTER_MS), run) };
  }

  function thaw(): void {
    if (state !== "frozen") return;
    thawing?.cancel();
    state = "running";
    if (clockStoppedAt !== undefined) {
      stoppedMs += time.nowMs - clockStoppedAt;
      clockStoppedAt = undefined;
      for (const [handle, timer] of timers) timers.set(handle, plan(handle, timer.dueMs, timer.fire));
    }
    // Platforms run what has piled up in either order; each callback is a task of its own.
    const timersFirst = random.chance(0.5);
    backlog.sort((a, b) => Number(b.timer === timersFirst) - Number(a.timer === timersFirst));
    for (const { what } of backlog) time.at(time.nowMs, () => deliver(what));
    backlog = [];
  }

  const clock: Clock = {
    now: monotonic,
    wall: () => Math.floor(wallOffsetMs + time.nowMs * rate),
    setTimeout(fire, ms) {
      const handle = ++handles;
      timers.set(handle, plan(handle, monotonic() + Math.max(ms, 0), fire));
      return handle;
    },
    clearTimeout(handle) {
      timers.get(handle as number)?.planned.cancel();
      timers.delete(handle as number);
    },
    randomBytes: random.bytes,
  };

  return {
    clock,
    rate,
    get state() {
      return state;
    },
    deliver,
    freeze(ms, clockStops) {
      if (state !== "running") return;
      state = "frozen";
      if (clockStops) {
        clockStoppedAt = time.nowMs;
        for (const timer of timers.values()) timer.planned.cancel();
      }
      thawing = time.at(time.nowMs + ms, thaw);
    },
    thaw,
    kill() {
      thawing?.cancel();
      state = "dead";
      for (const timer of timers.values()) timer.planned.cancel();
      timers.clear();
      backlog = [];
    },
    stepWall(ms) {
      wallOffsetMs += ms;
    },
  };
}
