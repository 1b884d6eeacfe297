import type { OpenEar } from "./subscriptions.ts";

/** Sends one command and gives its reply, nothing of either transformed. The signal ends the wait for it. */
export type Send = (command: readonly string[], signal: AbortSignal) => Promise<unknown>;

/** Sends commands on one connection, one right behind the other, and gives how each fared. */
export type SendTogether = (
  commands: readonly (readonly string[])[],
  signal: AbortSignal,
) => Promise<readonly PromiseSettledResult<unknown>[]>;

/** What a store needs of a client, whichever library it is of. */
export interface Connection {
  /** The public function that was called, for errors. */
  readonly maker: string;
  /** Put before every key on its way to the server, by the client or by `send`. */
  readonly keyPrefix: string;
  /** Whether the keys are spread over the masters of a Redis Cluster. */
  readonly isCluster: boolean;
  /** Why no command can be answered as things are, and what to do about it. */
  unusable(): string | undefined;
  /** To the server that has the first key; without keys, to any that takes writes. */
  readonly send: Send;
  /** The same for several commands, of which the first decides about the server; or why the client cannot do that. */
  readonly sendTogether: SendTogether | string;
  /** Every server that has keys of its own, in an order that stays. */
  masters(): Promise<readonly Send[]>;
  /** Opens a connection that only listens, where the client can. */
  readonly openEar?: OpenEar;
}
