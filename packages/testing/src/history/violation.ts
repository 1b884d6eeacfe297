import type { Operation } from "./events.ts";

/** Something that a lock must not do, and did. */
export interface Violation {
  /** Which check found it: see `CHECKS`. */
  readonly promise: string;
  /** When it became true, by the history's clock. */
  readonly at: number;
  /** The operations that took part. */
  readonly ops: readonly Operation[];
  /** One sentence for people. */
  readonly text: string;
}

/** How a check says what it found. */
export type Report = (at: number, ops: readonly Operation[], text: string) => void;
