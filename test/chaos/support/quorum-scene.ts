import {
  createLocks,
  foundQuorum,
  HoldfastError,
  type LockEvent,
  type Locks,
  type NodeVote,
  quorumStore,
  restStore,
  type Store,
} from "@holdfast/core";
import { startGateway } from "@holdfast/gateway";
import { ioredisStore } from "@holdfast/redis";
import { type RedisServer, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { TOKEN } from "../../support/fixture.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** The longest lease here, and so how long a node that may have lost something does not vote. */
export const MAX_TTL_MS = 1000;
/** Long, for a machine that is busy: nobody waits for a node that does not matter any more. */
const NODE_TIMEOUT_MS = 800;

/** `client → [gateway →] proxy → redis-server`: one node of a quorum, with its data. */
export interface QuorumNode extends AsyncDisposable {
  readonly label: string;
  readonly server: RedisServer;
  /** Between redis-server and everybody else. */
  readonly proxy: TcpProxy;
  /** Writes what the server has now to its disk, to be found there when it starts again. */
  save(): Promise<void>;
  /** A client's own way here. */
  connect(): Store;
}

/** A client of a quorum, which shares nothing with the others. */
export interface QuorumClient {
  readonly locks: Locks;
  readonly events: readonly LockEvent[];
  /** How often a node answered so. */
  votes(node: QuorumNode, vote: NodeVote): number;
}

/** Clients reach it over TCP, or over REST through a gateway of its own. */
export async function startNode(label: string, over: "tcp" | "rest"): Promise<QuorumNode> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRedisServer());
  const proxy = stack.use(await startTcpProxy(server.port));
  const redisUrl = `redis://127.0.0.1:${proxy.port}`;
  const connections: Redis[] = [];
  stack.defer(() => {
    for (const redis of connections) redis.disconnect();
  });
  const connection = (port: number): Redis => {
    const redis = new Redis({ port, retryStrategy: () => 20, maxRetriesPerRequest: 0 });
    // The server goes away more than once; what matters is that it is back.
    redis.on("error", () => {});
    connections.push(redis);
    return redis;
  };
  let connect = (): Store => ioredisStore(connection(proxy.port));
  if (over === "rest") {
    const gateway = await startGateway({ port: 0, tokens: TOKEN, redisUrl });
    stack.defer(() => gateway.close());
    connect = () => restStore({ url: gateway.url, token: TOKEN });
  }
  const owned = stack.move();
  return {
    label,
    server,
    proxy,
    save: async () => void (await connection(server.port).save()),
    connect,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const NO_WAY: Store = {
  run: () => Promise.reject(new HoldfastError("unavailable", "there is no way to this node")),
};

/** Nodes that vote at once, in turn over TCP and over REST. */
export async function startNodes(count: number, stack: AsyncDisposableStack): Promise<QuorumNode[]> {
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, i) => startNode(`n${i + 1}`, i % 2 === 0 ? "tcp" : "rest")),
  );
  for (const node of nodes) stack.use(node);
  await foundQuorum(nodes.map((node) => node.connect()));
  return nodes;
}

/** @param unreachable - Nodes that this client, and nobody else, has no way to. */
export function quorumClient(
  nodes: readonly QuorumNode[],
  unreachable: readonly QuorumNode[] = [],
): QuorumClient {
  const events: LockEvent[] = [];
  const store = quorumStore(
    nodes.map((node) => (unreachable.includes(node) ? NO_WAY : node.connect())),
    {
      maxTtlMs: MAX_TTL_MS,
      nodeTimeoutMs: NODE_TIMEOUT_MS,
      labels: nodes.map(({ label }) => label),
    },
  );
  return {
    locks: createLocks({ store, onEvent: (event) => void events.push(event) }),
    events,
    votes: (node, vote) =>
      events.filter((event) => event.type === "voted" && event.node === node.label && event.vote === vote)
        .length,
  };
}
