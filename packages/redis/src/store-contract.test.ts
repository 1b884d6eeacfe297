import { storeContract } from "@holdfast/testing/contract";
import {
  type RedisCluster,
  type RedisServer,
  realRedis,
  startRedisCluster,
  startRedisServer,
} from "@holdfast/testing/node";
import { afterAll, beforeAll, describe } from "vitest";
import { clusterStores, singleStores, testClients } from "./test-clients.ts";

const clients = testClients();

describe.concurrent.each(Object.entries(singleStores(clients)))("%s on redis-server", (name, make) => {
  if (!realRedis()) return;
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server?.stop());
  storeContract({ name, makeStore: () => make(server) });
});

describe.concurrent.each(Object.entries(clusterStores(clients)))("%s on a cluster of three", (name, make) => {
  if (!realRedis()) return;
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  });
  afterAll(() => cluster?.stop());
  storeContract({ name, makeStore: () => make(cluster) });
});
