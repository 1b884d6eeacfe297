import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis-5";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { createClient as createClient5, createCluster as createCluster5 } from "redis-5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ioredisStore, nodeRedisStore } from "./index.ts";
import { testClients } from "./test-clients.ts";

const offline = () => new Redis({ lazyConnect: true });

test.each([
  undefined,
  null,
  "redis://127.0.0.1",
  {},
  { status: "ready" },
  createClient(),
  offline().pipeline(),
])("ioredisStore refuses %s, and the error names the cure", (foreign) => {
  expect(() => ioredisStore(foreign as never)).toThrow(
    expect.objectContaining({
      code: "invalid-argument",
      message: expect.stringContaining("ioredisStore(new Redis(url))"),
    }),
  );
});

test.each([undefined, null, "redis://127.0.0.1", {}, { isOpen: true }, offline(), createClient().multi()])(
  "nodeRedisStore refuses %s, and the error names the cure",
  (foreign) => {
    expect(() => nodeRedisStore(foreign as never)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining("createClient({ url }).connect()"),
      }),
    );
  },
);

test.each([{ timeoutMs: 0 }, { timeoutMs: "5" }, { timeout: 1 }, { retry: { attempts: 1 } }, null])(
  "P12 options %j fail at once",
  (options) => {
    expect(() => ioredisStore(offline(), options as never)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
    expect(() => nodeRedisStore(createClient(), options as never)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  },
);

test("clients of every kind and version have the type", () => {
  const rootNodes = [{ url: "redis://127.0.0.1:1" }];
  ioredisStore(offline());
  ioredisStore(new Redis5({ lazyConnect: true }));
  ioredisStore(new Cluster5([], { lazyConnect: true }));
  nodeRedisStore(createClient());
  nodeRedisStore(createClient({ RESP: 2, commandOptions: { typeMapping: { 36: Buffer } } }));
  nodeRedisStore(createClientPool());
  nodeRedisStore(createCluster({ rootNodes }));
  nodeRedisStore(createSentinel({ name: "main", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] }));
  nodeRedisStore(createClient5());
  nodeRedisStore(createCluster5({ rootNodes }));
});

describe("a client that cannot be used", () => {
  if (!realRedis()) return;
  const clients = testClients();
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server?.stop());

  const refused = (cure: string) => ({
    code: "invalid-argument",
    message: expect.stringContaining(cure),
  });
  const script = {
    name: "one",
    source: "return 1",
    digest: "e0e1f9fabfc9d4800c877a703b823ac0578ff8db",
    keyLockingDigest: "",
  };
  const run = (store: ReturnType<typeof ioredisStore>) => store.run({ ...script, plain: true }, ["a"], []);

  test("ioredis that connects lazily is connected by the first request", async () => {
    const client = clients.ioredis(server, { lazyConnect: true });
    expect(client.status).toBe("wait");
    expect(await run(ioredisStore(client))).toBe(1);
  });

  test("ioredis that was quit is closed", async () => {
    const client = clients.ioredis(server);
    const store = ioredisStore(client);
    expect(await run(store)).toBe(1);
    await client.quit();
    await expect.poll(() => client.status).toBe("end");
    await expect(run(store)).rejects.toMatchObject(refused("Make a new one"));
  });

  test.each([
    ["6", () => new Redis({ port: 1, retryStrategy: () => 60_000 })],
    ["5", () => new Redis5({ port: 1, retryStrategy: () => 60_000 })],
  ])("ioredis %s that was disconnected while it was not connected is closed", async (_, connect) => {
    const client = connect();
    client.on("error", () => {});
    await expect.poll(() => client.status).toBe("reconnecting");
    client.disconnect();
    const store = ioredisStore(client, { retry: { retries: 0 }, timeoutMs: 1000 });
    await expect(run(store)).rejects.toMatchObject(refused("Make a new one"));
  });

  test("ioredis that is subscribed or monitors takes no locks", async () => {
    const subscriber = clients.ioredis(server, { protocol: 2 });
    await subscriber.subscribe("channel");
    await expect(run(ioredisStore(subscriber))).rejects.toMatchObject(refused("client.duplicate()"));
    const monitor = await clients.ioredis(server).monitor();
    await expect(run(ioredisStore(monitor))).rejects.toMatchObject(refused("a client of its own"));
    monitor.disconnect();
  });

  test("node-redis has to be connected", async () => {
    const client = createClient({ url: server.url });
    const store = nodeRedisStore(client);
    await expect(run(store)).rejects.toMatchObject(refused("await client.connect()"));
    await client.connect();
    expect(await run(store)).toBe(1);
    await client.close();
    await expect(run(store)).rejects.toMatchObject(refused("await client.connect()"));
  });

  test("node-redis that is subscribed takes no locks over RESP 2, and takes them over RESP 3", async () => {
    for (const RESP of [2, 3] as const) {
      const client = await clients.nodeRedis(server, { RESP } as object);
      await client.subscribe("channel", () => {});
      const running = run(nodeRedisStore(client));
      if (RESP === 2) await expect(running).rejects.toMatchObject(refused("client.duplicate()"));
      else expect(await running).toBe(1);
    }
  });
});
