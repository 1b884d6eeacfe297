import { HoldfastError } from "@holdfast/core";

/**
 * An ioredis client: `Redis` or `Cluster`. Described by what is used of it, so that neither the package nor its types
 * need to be installed, and a client of any version 5 or newer has this type.
 */
export interface IoredisClient {
  readonly status: string;
  createBuiltinCommand(name: string): object;
  duplicate(): unknown;
}

/** What ioredis has and its types do not all say. */
export interface Ioredis extends IoredisClient {
  readonly isCluster?: boolean;
  /** It was told to disconnect, and has not done so yet. */
  readonly manuallyClosing?: boolean;
  /** Of a `Redis` that is subscribed or monitors. */
  readonly mode?: string;
  readonly options: IoredisOptions;
  createBuiltinCommand(name: string): {
    buffer: (this: Ioredis | IoredisPipeline, ...args: readonly string[]) => unknown;
  };
  pipeline(): IoredisPipeline;
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  connect(): Promise<unknown>;
}

export interface IoredisPipeline {
  exec(): Promise<readonly (readonly [error: unknown, reply: unknown])[]>;
}

interface IoredisOptions {
  readonly host?: string;
  readonly port?: number;
  readonly keyPrefix?: unknown;
}

/** A connection to one server. */
export interface IoredisNode extends Ioredis {
  readonly stream?: { unref?(): void };
  duplicate(override?: object): IoredisNode;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  disconnect(): void;
}

export interface IoredisCluster extends Ioredis {
  nodes(role: "master"): IoredisNode[];
}

/** @throws HoldfastError `invalid-argument` for anything but a client. */
export function checkIoredis(client: IoredisClient): Ioredis {
  const { createBuiltinCommand, duplicate, options, status } = (client ?? {}) as Partial<Ioredis>;
  // A pipeline has commands, too, but no status.
  if (typeof createBuiltinCommand !== "function" || typeof duplicate !== "function" || !options || !status)
    throw new HoldfastError(
      "invalid-argument",
      "ioredisStore: it needs a client of ioredis 5 or newer: ioredisStore(new Redis(url)).",
    );
  return client as Ioredis;
}
