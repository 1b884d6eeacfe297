import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Client, type ClientOptions, createClient } from "@holdfast/client";
import { createLocks, type LockEvent, type Locks, restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { type LockServiceOptions, lockService } from "@holdfast/hono";
import { type FaultyFetch, faultyFetch } from "@holdfast/testing";
import { createAdaptorServer } from "@hono/node-server";

const REDIS_TOKEN = "redis-token";
export const KEY = "operator-key-for-tests";

/** The lock service over HTTP on a loopback port, over a gateway with a real engine. */
export interface RunningService extends AsyncDisposable {
  readonly url: string;
  readonly gateway: Gateway;
  /** Beside the service: the same locks by the database's own protocol. */
  readonly beside: Locks;
  client(options?: Partial<ClientOptions>): TestClient;
  /** A name that no other test uses. */
  name(): string;
}

export interface TestClient {
  readonly client: Client;
  readonly events: LockEvent[];
  /** This client's own way to the service. */
  readonly network: FaultyFetch;
}

let names = 0;

export async function startService(options: Partial<LockServiceOptions> = {}): Promise<RunningService> {
  const gateway = await startGateway({ port: 0, tokens: REDIS_TOKEN, faults: true });
  const redis = { url: gateway.url, token: REDIS_TOKEN };
  const app = lockService({ redis, operatorKey: KEY, history: false, ...options });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made: Client[] = [];
  return {
    url,
    gateway,
    beside: createLocks({ store: restStore(redis) }),
    client({ onEvent, fetch, ...options } = {}) {
      const network = faultyFetch(fetch);
      const events: LockEvent[] = [];
      const { getToken } = options;
      const client = createClient({
        url,
        ...(getToken ? {} : { token: KEY }),
        timeoutMs: 2000,
        ...options,
        fetch: network.fetch,
        onEvent: (event) => {
          events.push(event);
          onEvent?.(event);
        },
      });
      made.push(client);
      return { client, events, network };
    },
    name: () => `client-${++names}`,
    async [Symbol.asyncDispose]() {
      await Promise.all(made.map((client) => client[Symbol.asyncDispose]()));
      const closed = once(server, "close");
      server.close();
      "closeAllConnections" in server && server.closeAllConnections();
      await closed;
      await gateway.close();
    },
  };
}
