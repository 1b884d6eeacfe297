import { type RedisServer, startRedisServer } from "@holdfast/testing/node";
import { startRemote } from "../../soak/remote.ts";
import type { NodesCalls } from "./nodes-host.ts";

export const NODES = 5;
export const TOKEN = "quorum-bench-token";
/** How long every peer waits for one node. */
export const NODE_TIMEOUT_MS = 1000;
/** Nobody listens there. */
const NOWHERE = 1;

/** Five redis-servers, which a fault hits last to first. */
export interface Nodes extends AsyncDisposable {
  readonly servers: readonly RedisServer[];
  readonly reach: Reach;
  /** The same with a long way to the last `count` nodes: `rttMs` there and back. */
  reachFar(count: number, rttMs: number): Promise<Reach>;
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
  const urls = await host.call("open", ports, TOKEN);
  const owned = stack.move();
  return {
    servers,
    reach: { ports, urls },
    async reachFar(count, rttMs) {
      const far = await host.call("far", rttMs / 2);
      const near = NODES - count;
      return {
        ports: [...ports.slice(0, near), ...far.ports.slice(near)],
        urls: [...urls.slice(0, near), ...far.urls.slice(near)],
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** For a client that gets to three nodes only: the one given, and the next two. Over TCP. */
export function threeFrom(reach: Reach, first: number): Reach {
  const far = (node: number) => (node - first + NODES) % NODES >= 3;
  return { ...reach, ports: reach.ports.map((port, node) => (far(node) ? NOWHERE : port)) };
}
