import type { Store } from "@holdfast/core";
import type { RedisCluster, RedisServer } from "@holdfast/testing/node";
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import {
  createClient,
  createCluster,
  type RedisClientOptions,
  type RedisClientType,
  type RedisClusterType,
} from "redis";
import { afterAll } from "vitest";
import { ioredisStore } from "./ioredis/index.ts";
import { nodeRedisStore } from "./node-redis/index.ts";

type Port = Pick<RedisServer, "port">;

export interface TestClients {
  ioredis(server: Port, options?: RedisOptions): Redis;
  ioredisCluster(cluster: RedisCluster, options?: ClusterOptions): Cluster;
  nodeRedis(server: Port, options?: RedisClientOptions): Promise<RedisClientType>;
  nodeRedisCluster(cluster: RedisCluster): Promise<RedisClusterType>;
}

/** Clients as an application has them, closed after the tests of the file. */
export function testClients(): TestClients {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing) await close();
  });
  return {
    ioredis({ port }, options = {}) {
      const client = new Redis(port, "127.0.0.1", options as object);
      client.on("error", () => {});
      closing.push(() => client.disconnect());
      return client;
    },
    ioredisCluster(cluster, options = {}) {
      const client = new Cluster(nodesOf(cluster), options as object);
      client.on("error", () => {});
      closing.push(() => client.disconnect());
      return client;
    },
    async nodeRedis({ port }, { socket, ...options } = {}) {
      const client = createClient({ socket: { host: "127.0.0.1", port, ...socket } as object, ...options });
      client.on("error", () => {});
      closing.push(() => client.destroy());
      await client.connect();
      return client as unknown as RedisClientType;
    },
    async nodeRedisCluster(cluster) {
      const client = createCluster({ rootNodes: nodesOf(cluster).map((socket) => ({ socket })) });
      client.on("error", () => {});
      closing.push(() => client.destroy());
      await client.connect();
      return client as unknown as RedisClusterType;
    },
  };
}

function nodesOf({ masters }: RedisCluster): { host: string; port: number }[] {
  return masters.map(({ port }) => ({ host: "127.0.0.1", port }));
}

/** Every kind of client on a server, as stores that are made anew. */
export type StoreMakers = Record<string, (server: RedisServer) => Store | Promise<Store>>;

export function singleStores(clients: TestClients): StoreMakers {
  return {
    async ioredisStore(server) {
      const client = clients.ioredis(server);
      // Connected: the contract's leases are short.
      await client.ping();
      return ioredisStore(client);
    },
    nodeRedisStore: async (server) => nodeRedisStore(await clients.nodeRedis(server)),
  };
}

export function clusterStores(
  clients: TestClients,
): Record<string, (cluster: RedisCluster) => Store | Promise<Store>> {
  return {
    async ioredisStore(cluster) {
      const client = clients.ioredisCluster(cluster);
      await client.ping();
      return ioredisStore(client);
    },
    nodeRedisStore: async (cluster) => nodeRedisStore(await clients.nodeRedisCluster(cluster)),
  };
}
