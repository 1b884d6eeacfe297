import { HoldfastError } from "@holdfast/core";

/**
 * A client of node-redis: of `createClient`, `createClientPool`, `createCluster` or `createSentinel`. Described by what is used of it, so
 * that neither the package nor its types need to be installed, and a client of any version 5 or newer has this type.
 */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: its first parameters depend on what kind of client it is.
  sendCommand(...args: any[]): Promise<unknown>;
}

/** Options of one command, over those of the client. */
export interface CommandOptions {
  readonly abortSignal: AbortSignal;
  readonly typeMapping: object;
  readonly timeout: undefined;
  readonly asap: false;
  readonly chainId: symbol | undefined;
}

/** A connection to one server. */
export interface NodeRedisNode extends NodeRedisClient {
  readonly isReady: boolean;
  readonly options?: { readonly socket?: object } | undefined;
  sendCommand(command: readonly string[], options?: CommandOptions): Promise<unknown>;
  duplicate(overrides?: object): NodeRedisNode;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  unref(): void;
  destroy(): void;
}

export interface NodeRedisPool extends NodeRedisClient {
  execute<T>(use: (client: NodeRedisNode) => T | Promise<T>): Promise<T>;
}

export interface NodeRedisSentinel extends NodeRedisClient {
  readonly isReady: boolean;
  getMasterNode(): unknown;
}

interface Master {
  readonly host: string;
  readonly port: number;
}

export interface NodeRedisCluster extends NodeRedisClient {
  readonly isReady?: boolean;
  readonly masters: readonly Master[];
  nodeClient(master: Master): Promise<NodeRedisNode> | NodeRedisNode;
}

export type NodeRedis =
  | { readonly kind: "client"; readonly client: NodeRedisNode }
  | { readonly kind: "pool"; readonly client: NodeRedisPool }
  | { readonly kind: "sentinel"; readonly client: NodeRedisSentinel }
  | { readonly kind: "cluster"; readonly client: NodeRedisCluster };

/** @throws HoldfastError `invalid-argument` for anything but a client. */
export function kindOf(client: NodeRedisClient): NodeRedis {
  const has = (name: string) =>
    typeof (client as unknown as Record<string, unknown> | null | undefined)?.[name] === "function";
  if (typeof client?.isOpen === "boolean" && has("sendCommand")) {
    if (has("nodeClient")) return { kind: "cluster", client: client as NodeRedisCluster };
    if (has("getMasterNode")) return { kind: "sentinel", client: client as NodeRedisSentinel };
    if (has("execute")) return { kind: "pool", client: client as NodeRedisPool };
    if (has("duplicate")) return { kind: "client", client: client as NodeRedisNode };
  }
  throw new HoldfastError(
    "invalid-argument",
    "nodeRedisStore: it needs a client of node-redis 5 or newer: nodeRedisStore(await createClient({ url }).connect()).",
  );
}
