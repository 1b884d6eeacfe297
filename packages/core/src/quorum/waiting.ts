import type { QuorumNode } from "./options.ts";

/**
 * Of the attempts that a majority has told no, a node that did: it alone is asked the next few times. Then all are again, since
 * that node may be the one that did not hear of a release.
 */
export interface Waiting {
  /** The node that alone is asked this time. */
  next(attempt: string): QuorumNode | undefined;
  note(attempt: string, by: QuorumNode): void;
  forget(attempt: string): void;
}

const TIMES = 3;
/** More than any one process waits for. Who is forgotten asks all nodes. */
const MOST = 1000;

export function createWaiting(): Waiting {
  const known = new Map<string, { readonly node: QuorumNode; left: number }>();
  return {
    next(attempt) {
      const entry = known.get(attempt);
      if (!entry) return undefined;
      entry.left--;
      if (entry.left === 0) known.delete(attempt);
      return entry.node;
    },
    note(attempt, by) {
      known.delete(attempt);
      known.set(attempt, { node: by, left: TIMES });
      for (const oldest of known.keys()) {
        if (known.size <= MOST) break;
        known.delete(oldest);
      }
    },
    forget: (attempt) => void known.delete(attempt),
  };
}
