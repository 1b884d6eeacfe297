import { below } from "./chance.ts";

/** Names that all processes fight for: how many there are of each use. */
const HOT = { mutex: 4, renewed: 3, shared: 2, permits: 2, several: 4, busy: 3, election: 3 } as const;

/** How many permits each semaphore has. */
export const PERMITS = 4;
/** What a writer takes of a read/write lock, and no number of readers reaches. */
export const READERS = 1_000_000;

export function hot(use: keyof typeof HOT): string {
  return `${use}-${below(HOT[use])}`;
}

/** Names of one process that nobody has used before: whatever is kept by name for good shows in them. */
export class Names {
  readonly #prefix: string;
  #last = 0;

  constructor(process: string) {
    this.#prefix = `fresh-${process}`;
  }

  /** @param use - Tells in a report where a name comes from. */
  fresh(use: string): string {
    return `${this.#prefix}-${use}-${++this.#last}`;
  }
}
