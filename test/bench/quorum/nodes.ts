import { type RedisServer, startRedisServer } from "@holdfast/testing/node";
import { startRemote } from "../../soak/remote.ts";
import type { NodesCalls } from "./nodes-host.ts";

export const NODES = 5;
export const TOKEN = "quorum-bench-token";
/** How long every peer waits for one node. */
export const NODE_TIMEOUT_MS = 1000;
/** What a slow node's answers take longer. */
export const SLOW_MS = 500;
/** Nobody listens there. */
const NOWHERE = 1;

/** Five redis-servers, which a fault hits last to first. */
export interface Nodes extends AsyncDisposable {
  readonly servers: readonly RedisServer[];
  readonly reach: Reach;
  /** The same, with the last node far away. */
  readonly reachOneSlow: Reach;
}

/** How clients get to the nodes. */
export interface Reach {
  readonly ports: readonly number[];
  readonly urls: readonly string[];
  /** How far each node's clock is ahead, in whole seconds. Missing: none is. */
  readonly clocksMs?: readonly number[];
}

export async function startNodes(): Promise<Nodes> {
  await using stack = new AsyncDisposableStack();
  const servers = await Promise.all(Array.from({ length: NODES }, () => startRedisServer()));
  for (const server of servers) stack.use(server);
  const host = stack.use(
    await startRemote<NodesCalls>(new URL("./nodes-host.ts", import.meta.url), "the gateways' process"),
  );
  const ports = servers.map(({ port }) => port);
  const { urls, slow } = await host.call("open", ports, TOKEN, SLOW_MS / 2);
  const owned = stack.move();
  return {
    servers,
    reach: { ports, urls },
    reachOneSlow: { ports: [...ports.slice(0, -1), slow.port], urls: [...urls.slice(0, -1), slow.url] },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** For a client that gets to three nodes only: the one given, and the next two. Over TCP. */
export function threeFrom(reach: Reach, first: number): Reach {
  const far = (node: number) => (node - first + NODES) % NODES >= 3;
  return { ...reach, ports: reach.ports.map((port, node) => (far(node) ? NOWHERE : port)) };
}
