import type { QuorumNode } from "./options.ts";

/** What is known of the attempts that wait. */
export interface Waiting {
  /** The node that alone is asked this time. */
  next(attempt: string): QuorumNode | undefined;
  /**
   * A majority has told it no, and this node did: it alone is asked the next few times. Then all are again, since it may be
   * the one that did not hear of a release.
   */
  held(attempt: string, by: QuorumNode): void;
  /** No attempt had a majority. */
  split(attempt: string): void;
  /** How often that has happened to it in a row. */
  splits(attempt: string): number;
  forget(attempt: string): void;
}

interface Entry {
  readonly node: QuorumNode | undefined;
  left: number;
  readonly splits: number;
}

const TIMES = 3;
/** More than any one process waits for. Who is forgotten begins anew. */
const MOST = 1000;

export function createWaiting(): Waiting {
  const known = new Map<string, Entry>();
  const splits = (attempt: string) => known.get(attempt)?.splits ?? 0;
  const note = (attempt: string, entry: Entry) => {
    known.delete(attempt);
    known.set(attempt, entry);
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break;
      known.delete(oldest);
    }
  };
  return {
    next(attempt) {
      const entry = known.get(attempt);
      if (!entry?.node || entry.left === 0) return undefined;
      entry.left--;
      return entry.node;
    },
    held: (attempt, node) => note(attempt, { node, left: TIMES, splits: 0 }),
    split: (attempt) => note(attempt, { node: undefined, left: 0, splits: splits(attempt) + 1 }),
    splits,
    forget: (attempt) => void known.delete(attempt),
  };
}
