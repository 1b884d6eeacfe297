import type { CheckOptions, HistoryEvent } from "@holdfast/testing/history";
import type { Random, SimulatedClient, Simulation } from "@holdfast/testing/simulation";
import type { Choice, PrimitiveName } from "./primitives.ts";
import type { ClientRecorder } from "./recorder.ts";

/** What a run puts under test. */
export interface Subject {
  /** How long calls may take to end once faults have. Default: as long as ours may. */
  readonly settleMs?: number;
  /** What it is measured by, apart from what every lock is. */
  readonly measures?: CheckOptions;
  /** The library of one client, which its callers share. */
  connect(joining: Joining): Chooser;
  /** Writes down what the server holds of each name, whenever it changed. */
  watch(simulation: Simulation, write: (event: HistoryEvent) => void): void;
}

export interface Joining {
  readonly client: SimulatedClient;
  readonly primitive: PrimitiveName;
  /** Chance for how the client is set up. */
  readonly random: Random;
  readonly record: ClientRecorder;
}

/** Draws what a caller asks for next. */
export type Chooser = (names: readonly string[], random: Random) => Choice;
