import { type Gateway, startGateway } from "@holdfast/gateway";
import { serve } from "../../soak/remote.ts";
import { type DelayProxy, startDelayProxy } from "../proxy.ts";

// The gateways of the nodes, and the long way to the last one, in a process of their own: on the clients' event loop
// their work would show up in the clients' times.

const gateways: Gateway[] = [];
let proxy: DelayProxy | undefined;

const calls = {
  async open(ports: readonly number[], token: string, oneWayMs: number) {
    const gatewayTo = async (port: number): Promise<string> => {
      const gateway = await startGateway({ port: 0, tokens: token, redisUrl: `redis://127.0.0.1:${port}` });
      gateways.push(gateway);
      return gateway.url;
    };
    proxy = await startDelayProxy(ports.at(-1) as number);
    const urls = await Promise.all(ports.map(gatewayTo));
    const slow = { port: proxy.port, url: await gatewayTo(proxy.port) };
    proxy.delayMs = oneWayMs;
    return { urls, slow };
  },
};

export type NodesCalls = typeof calls;

serve(calls, async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  proxy?.close();
});
