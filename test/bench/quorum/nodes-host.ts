import { type Gateway, startGateway } from "@holdfast/gateway";
import { serve } from "../../soak/remote.ts";
import { type DelayProxy, startDelayProxy } from "../proxy.ts";

// The gateways of the nodes, and the long ways to them, in a process of their own: on the clients' event loop their work
// would show up in the clients' times.

const gateways: Gateway[] = [];
const proxies: DelayProxy[] = [];
let nodes: readonly number[] = [];
let token = "";
let far: Promise<Ways> | undefined;

interface Ways {
  readonly ports: readonly number[];
  readonly urls: readonly string[];
}

async function gatewayTo(port: number): Promise<string> {
  const gateway = await startGateway({ port: 0, tokens: token, redisUrl: `redis://127.0.0.1:${port}` });
  gateways.push(gateway);
  return gateway.url;
}

function gatewaysTo(ports: readonly number[]): Promise<string[]> {
  return Promise.all(ports.map(gatewayTo));
}
async function openFar(): Promise<Ways> {
  proxies.push(...(await Promise.all(nodes.map(startDelayProxy))));
  const ports = proxies.map(({ port }) => port);
  return { ports, urls: await gatewaysTo(ports) };
}

const calls = {
  /** The URL of each node's gateway. */
  async open(ports: readonly number[], bearer: string): Promise<string[]> {
    nodes = ports;
    token = bearer;
    return gatewaysTo(ports);
  },
  /** Port and URL of each node by a way that is so long, each way; there is one such way to a node. */
  async far(oneWayMs: number): Promise<Ways> {
    far ??= openFar();
    const ways = await far;
    for (const proxy of proxies) proxy.delayMs = oneWayMs;
    return ways;
  },
};

export type NodesCalls = typeof calls;

serve(calls, async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  for (const proxy of proxies) proxy.close();
});
