import type { Network } from "../network.ts";

/** A lock library, asked for the same things as the others. */
export interface Peer {
  /** As in the tables: name, version and whatever was set differently from its defaults. */
  readonly name: string;
  /** It talks to Redis itself, not to the gateway. */
  readonly tcp?: true;
  /** A client of its own, as another process would have. */
  connect(network: Network): Promise<PeerClient>;
}

export interface PeerClient {
  /** Waits until it has the name. `mark` travels in the requests where the library lets it, to be recognised by. */
  acquire(name: string, ttlMs: number, mark: string): Promise<Held>;
  /** Takes the name and renews it until told that it is lost; resolves once it has it. Missing: it tells nobody. */
  keep?(name: string, ttlMs: number, onLost: () => void): Promise<void>;
  /** What the server has left of the lease that is kept, in milliseconds. */
  leftMs?(name: string): Promise<number>;
  /** Commands sent over TCP so far; what went over HTTP is counted by the gateway. */
  sent(): number;
  close(): Promise<void>;
}

export interface Held {
  readonly fence?: number;
  release(): Promise<unknown>;
}
