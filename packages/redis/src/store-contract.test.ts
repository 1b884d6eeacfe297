import { storeContract } from "@holdfast/testing/contract";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { afterAll, beforeAll, describe } from "vitest";
import { singleStores, testClients } from "./test-clients.ts";

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
