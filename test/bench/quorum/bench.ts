import type { Measurements } from "../measure.ts";
import type { Nodes } from "./nodes.ts";

/** What every part of the comparison works with. */
export interface QuorumBench {
  readonly nodes: Nodes;
  readonly measurements: Measurements;
  /** How often each peer has its turn under each condition. */
  readonly runs: number;
  /** How many contend for one name. */
  readonly clients: number;
  /** How long one load lasts, in milliseconds. */
  readonly sliceMs: number;
  /** How many locks are taken in turn to see whether their fences are in order. */
  readonly turns: number;
  /** A line for those who wait for the result. */
  progress(text: string): void;
}
