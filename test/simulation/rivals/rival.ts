import type { SimulatedClient } from "@holdfast/testing/simulation";

/** Somebody else's lock, asked for what its own documentation offers. */
export interface Rival {
  /** Name and version of all that takes part. */
  readonly title: string;
  /** Loads it once, for any number of clients. */
  load(): Promise<(client: SimulatedClient) => RivalClient>;
}

/** What one process does with it. */
export interface RivalClient {
  /**
   * @param key where the lock is to be kept.
   * @returns `undefined` when it says that it did not get the lock.
   * @throws whatever it throws: then its caller does not know.
   */
  acquire(key: string, ask: RivalAsk): Promise<RivalLease | undefined>;
}

export interface RivalAsk {
  readonly leaseMs: number;
  /** How long its caller would like to wait, as far as that can be said; may be infinite. */
  readonly waitMs: number;
  /** Unique; what the value of its key begins with, up to a "/", so that the server's state can be understood. */
  readonly mark: string;
}

export interface RivalLease {
  /** How long its documentation lets the holder rely on it, counted from the grant. */
  readonly validMs: number;
  /** @returns whether it was still held. */
  release(): Promise<boolean>;
  /** Missing: cannot be extended. @returns by how much it is held longer; `undefined` if it is not held. */
  extend?(byMs: number): Promise<number | undefined>;
}
