import {
  createLocks,
  type LockEvent,
  type Locks,
  restStore,
  type Store,
  type StoreTiming,
} from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { ioredisStore, nodeRedisStore } from "@holdfast/redis";
import { faultyFetch, type RecordedRequest } from "@holdfast/testing";
import type { RedisServer } from "@holdfast/testing/node";
import { upstashStore } from "@holdfast/upstash";
import { Redis as UpstashRedis } from "@upstash/redis";
import { Redis } from "ioredis";
import { createClient, createClientPool } from "redis";

const TOKEN = "token";

export interface Client {
  readonly locks: Locks;
  readonly store: Store;
  readonly events: LockEvent[];
  /** Of a client over REST. */
  readonly requests: readonly RecordedRequest[];
}

/** Clients of servers, as applications have them; all are closed at the end. */
export interface Clients extends AsyncDisposable {
  connect(kind: Kind, server: RedisServer, timing?: StoreTiming): Promise<Client>;
}

export const KINDS = ["restStore", "upstashStore", "ioredisStore", "nodeRedisStore", "pool"] as const;
export type Kind = (typeof KINDS)[number];

export function clients(): Clients {
  const closing: (() => unknown)[] = [];
  const gateways = new Map<number, Promise<Gateway>>();
  const gatewayOf = ({ port, url }: RedisServer) => {
    const known = gateways.get(port) ?? startGateway({ port: 0, tokens: TOKEN, redisUrl: url });
    if (!gateways.has(port)) closing.push(async () => (await known).close());
    gateways.set(port, known);
    return known;
  };

  async function storeOf(
    kind: Kind,
    server: RedisServer,
    timing: StoreTiming,
    fetch: typeof globalThis.fetch,
  ) {
    switch (kind) {
      case "restStore":
        return restStore({ url: (await gatewayOf(server)).url, token: TOKEN, fetch, ...timing });
      case "upstashStore": {
        const { url } = await gatewayOf(server);
        return upstashStore(new UpstashRedis({ url, token: TOKEN, enableTelemetry: false }), timing);
      }
      case "ioredisStore": {
        const client = new Redis(server.port);
        client.on("error", () => {});
        closing.push(() => client.disconnect());
        await client.ping();
        return ioredisStore(client, timing);
      }
      case "nodeRedisStore": {
        const client = createClient({ url: server.url });
        client.on("error", () => {});
        closing.push(() => client.destroy());
        return nodeRedisStore(await client.connect(), timing);
      }
      case "pool": {
        const client = createClientPool({ url: server.url }, { minimum: 2 });
        client.on("error", () => {});
        closing.push(() => client.destroy());
        await client.connect();
        return nodeRedisStore(client, timing);
      }
    }
  }

  return {
    async connect(kind, server, timing = {}) {
      const network = faultyFetch();
      const events: LockEvent[] = [];
      const store = await storeOf(kind, server, timing, network.fetch);
      const locks = createLocks({ store, onEvent: (event) => events.push(event) });
      return { locks, store, events, requests: network.requests };
    },
    async [Symbol.asyncDispose]() {
      for (const close of closing.reverse()) await close();
    },
  };
}
