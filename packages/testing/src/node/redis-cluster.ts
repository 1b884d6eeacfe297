import { setTimeout as sleep } from "node:timers/promises";
import { exchange } from "./exchange.ts";
import { freePort } from "./free-port.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

const SLOTS = 16_384;
const READY_TIMEOUT_MS = 30_000;
const ASK_AGAIN_MS = 20;

/** Options of {@link startRedisCluster}. */
export interface RedisClusterOptions {
  /** How many servers share the slots: 3 to 16. Default 3, the fewest that can outvote one. */
  masters?: number;
  /** Arguments for each `redis-server`, after ours. */
  args?: readonly string[];
}

/** Servers of one Redis Cluster. */
export interface RedisCluster extends AsyncDisposable {
  /** Each has an equal share of the slots, in this order. */
  readonly masters: readonly RedisServer[];
  /** The master that was given the slot. */
  masterOf(slot: number): RedisServer;
  /** Ends all servers and removes their data. Any number of calls do no harm. */
  stop(): Promise<void>;
}

/**
 * Starts a Redis Cluster of real `redis-server` processes, without replicas, and resolves when each of them serves all
 * of its slots and knows who has the others. It ends with this process at the latest.
 *
 * @throws Error as {@link startRedisServer}, or when the servers do not agree in time. Needs Redis 7.
 * @example
 * await using cluster = await startRedisCluster({ masters: 3 });
 * const client = new Cluster(cluster.masters.map(({ port }) => ({ host: "127.0.0.1", port })));
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { masters: count = 3, args = [] } = options;
  if (!Number.isInteger(count) || count < 3 || count > 16)
    throw new Error(`a cluster has 3 to 16 masters here, not ${count}`);
  const started = await Promise.allSettled(Array.from({ length: count }, () => startNode(args)));
  const nodes = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const stop = async () => void (await Promise.all(nodes.map(({ server }) => server.stop())));
  try {
    for (const outcome of started) if (outcome.status === "rejected") throw outcome.reason;
    await join(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const masters = nodes.map(({ server }) => server);
  return {
    masters,
    masterOf: (slot) => masters[Math.floor((slot * count) / SLOTS)] as RedisServer,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Node {
  readonly server: RedisServer;
  readonly busPort: number;
}

async function startNode(args: readonly string[]): Promise<Node> {
  // By default the bus takes the port 10,000 above, which may be anybody's.
  const busPort = await freePort();
  const server = await startRedisServer({
    args: [
      "--cluster-enabled",
      "yes",
      "--cluster-port",
      `${busPort}`,
      "--cluster-node-timeout",
      "5000",
      ...args,
    ],
  });
  return { server, busPort };
}

/** Gives out the slots and introduces the nodes to the first one, which makes them known to each other. */
async function join(nodes: readonly Node[]): Promise<void> {
  const [first] = nodes as [Node];
  for (const [i, { server }] of nodes.entries()) {
    const from = Math.ceil((i * SLOTS) / nodes.length);
    const to = Math.ceil(((i + 1) * SLOTS) / nodes.length) - 1;
    // An epoch of its own for each, or they would spend seconds on agreeing about it.
    const replies = await exchange(
      server.port,
      `CLUSTER ADDSLOTSRANGE ${from} ${to}\r\nCLUSTER SET-CONFIG-EPOCH ${i + 1}\r\n`,
    );
    if (!replies.startsWith("+OK\r\n+OK")) throw new Error(`the slots were not taken: ${replies}`);
  }
  for (const { server, busPort } of nodes)
    if (server !== first.server)
      await exchange(first.server.port, `CLUSTER MEET 127.0.0.1 ${server.port} ${busPort}\r\n`);

  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await Promise.all(nodes.map((node) => knowsAll(node, nodes.length)))).every(Boolean)) {
    if (performance.now() > deadline) throw new Error("the servers did not become a cluster");
    await sleep(ASK_AGAIN_MS);
  }
}

async function knowsAll({ server }: Node, count: number): Promise<boolean> {
  const info = await exchange(server.port, "CLUSTER INFO\r\n");
  return [
    "cluster_state:ok",
    `cluster_slots_ok:${SLOTS}`,
    `cluster_known_nodes:${count}`,
    `cluster_size:${count}`,
  ].every((line) => info.includes(`${line}\r\n`));
}
