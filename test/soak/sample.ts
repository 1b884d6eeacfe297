import type { EngineFigures } from "./gateway-host.ts";
import type { OwnFigures } from "./own-figures.ts";
import type { SystemFigures } from "./process-table.ts";

/** One process at one moment: what the system knows of it, and what it told itself if it is one of ours. */
export type ProcessFigures = SystemFigures &
  Partial<OwnFigures> & {
    /** Of the SDK, still to come. */
    readonly timers?: number;
    /** Cycles that were begun and have not ended. */
    readonly inFlight?: number;
  };

/** Everything at one moment of the run. */
export interface Sample {
  /** Since the clients began. */
  readonly minutes: number;
  readonly processes: Readonly<Record<string, ProcessFigures>>;
  readonly engine: EngineFigures;
  /** Cycles that came to their end, so far, by kind. */
  readonly cycles: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  /** What the SDK clients were told by events, by type. */
  readonly events: Readonly<Record<string, number>>;
  /** Visits that were compared, and how many of them should not have been. */
  readonly visits: number;
  readonly violations: number;
  /** Of the machine: more than this run's own processes. */
  readonly loadAverage: number;
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Adds up counts of several processes. */
export function sum(...all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all)
    for (const [key, count] of Object.entries(one)) counts[key] = (counts[key] ?? 0) + count;
  return counts;
}
