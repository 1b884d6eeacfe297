import type { Random } from "@holdfast/testing/simulation";
import type { PrimitiveName } from "../primitives.ts";
import type { Habits } from "../worker.ts";

/** What a run over a quorum looks like: each seed has its own, so that crowded and idle, short and long come up. */
export interface QuorumScene {
  readonly nodes: number;
  readonly primitive: PrimitiveName;
  readonly habits: Habits;
  readonly maxTtlMs: number;
  readonly nodeTimeoutMs: number;
  /** Whether the nodes keep what they acknowledged when they restart, and clients know that. */
  readonly durable: boolean;
  /** Whether the nodes have been made members beforehand; otherwise they wait before they vote at first. */
  readonly founded: boolean;
  /** Nothing goes wrong at all, so that whatever is left over was left by the code. */
  readonly calm: boolean;
}

/** How long faults go on, and how long callers go on when they have ended. */
export const FAULTS_MS = 25_000;
export const CALM_MS = 6000;
const MOST_TTL_MS = 40_000;
const LEAST_TTL_MS = 2000;

export function drawScene(random: Random): QuorumScene {
  const maxTtlMs = Math.ceil(random.magnitude(LEAST_TTL_MS, MOST_TTL_MS));
  // Workers ask for up to half as much more, and extend to up to three times as much.
  const ttlMs = Math.floor(maxTtlMs / random.magnitude(3, 8));
  return {
    nodes: random.pick([3, 3, 5]),
    primitive: random.pick(["mutex", "mutex", "many"] as const),
    habits: {
      names: Array.from({ length: random.pick([1, 1, 2, 3, 8]) }, (_, i) => `n${i + 1}`),
      ttlMs,
      holdMs: random.magnitude(ttlMs / 30, ttlMs),
      pauseMs: random.magnitude(50, 1000),
      sparing: false,
    },
    maxTtlMs,
    nodeTimeoutMs: Math.ceil(random.magnitude(500, 2000)),
    durable: random.chance(0.2),
    founded: random.chance(0.85),
    calm: random.chance(0.1),
  };
}

/** For how long a node holds its vote back after a restart, by any clock. */
export function mendMs({ maxTtlMs }: QuorumScene): number {
  return maxTtlMs * 1.02 + 1000;
}
