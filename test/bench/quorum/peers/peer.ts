import type { Reach } from "../nodes.ts";

/** A lock over several nodes, asked for the same things as the others. */
export interface QuorumPeer {
  /** As in the tables: name, version and whatever was set differently from its defaults. */
  readonly name: string;
  /** A client of its own, as another process would have, of a quorum that `found` has founded. */
  connect(reach: Reach, namespace: string): Promise<QuorumClient>;
  /** What has to be done once for new nodes. Missing: nothing. */
  found?(reach: Reach, namespace: string): Promise<void>;
}

export interface QuorumClient {
  /** `null`: not granted. It is told to give up after about `WAIT_MS`. */
  acquire(name: string, ttlMs: number): Promise<Held | null>;
  /** Requests to all nodes so far. */
  sent(): number;
  close(): void;
}

export interface Held {
  /** What its users can order holders by: a fence, or the best there is. */
  readonly token: number;
  /** Whether a majority has said that it was released. */
  release(): Promise<boolean>;
}

/** How long somebody waits for a name that is held. */
export const WAIT_MS = 3000;
/** Both rivals pause for 200 ms between tries unless told otherwise. */
export const RIVAL_RETRIES: number = WAIT_MS / 200;
