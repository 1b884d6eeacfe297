import { storeContract } from "@holdfast/testing/contract";
import { type RedisCluster, realRedis, startRedisCluster } from "@holdfast/testing/node";
import { afterAll, beforeAll, describe } from "vitest";
import { clusterStores, testClients } from "./test-clients.ts";

const clients = testClients();
let cluster: RedisCluster;
if (realRedis()) {
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  });
  afterAll(() => cluster?.stop());
}

describe.concurrent.each(Object.entries(clusterStores(clients)))("%s on a cluster of three", (name, make) => {
  if (!realRedis()) return;
  storeContract({ name, makeStore: () => make(cluster) });
});
