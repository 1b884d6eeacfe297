import type { Random } from "@holdfast/testing/simulation";

/** What a run of the simulation looks like: each seed has its own, so that crowded and idle, short and long come up. */
export interface Scene {
  readonly kind: SceneKind;
  readonly overlap: "skip" | "queue" | "allow";
  readonly whenRunning: "skip" | "wait";
  /** Whether the platform names the occurrence, or it is derived from the schedule by the machine's own clock. */
  readonly derived: boolean;
  readonly everyMs: number;
  readonly occurrences: number;
  readonly ttlMs: number;
  readonly lockAtMostForMs: number;
  readonly lockAtLeastForMs: number;
  readonly workMs: number;
  /** How likely an attempt throws, never ends, or goes on after it was told to stop. */
  readonly fails: number;
  readonly hangs: number;
  readonly deaf: number;
  readonly backoff: boolean;
}

export type SceneKind = "cron" | "once";

/** Clocks are wrong by less than this while a schedule is derived: see `machine.ts`, and the steps of `disasters.ts`. */
export const SKEW_MS = 600_000;
const HOUR_MS = 3_600_000;

export function drawScene(random: Random, kind: SceneKind): Scene {
  const derived = kind === "cron" && random.chance(0.2);
  const ttlMs = Math.ceil(random.magnitude(500, 20_000));
  const everyMs = derived ? HOUR_MS : Math.ceil(random.magnitude(300, 10_000));
  const lockAtMostForMs = Math.max(1000, ttlMs, Math.ceil(ttlMs * random.magnitude(1, 5)));
  return {
    kind,
    overlap: random.pick(["skip", "skip", "queue", "allow"] as const),
    whenRunning: random.pick(["skip", "wait"] as const),
    derived,
    everyMs,
    // Clocks drift apart by a hundredth of the time.
    occurrences: derived ? 8 : 60,
    ttlMs,
    lockAtMostForMs,
    lockAtLeastForMs: random.chance(0.5)
      ? Math.min(lockAtMostForMs, Math.ceil(everyMs * random.magnitude(0.1, 3)))
      : 0,
    workMs: random.magnitude(1, ttlMs),
    fails: random.pick([0, 0, 0.1, 0.4]),
    hangs: random.pick([0, 0, 0.02]),
    deaf: random.pick([0, 0.3]),
    backoff: random.chance(0.3),
  };
}
