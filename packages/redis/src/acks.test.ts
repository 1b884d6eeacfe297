import { connect, createServer, type Server } from "node:net";
import { type AcksOptions, createLocks, type Store } from "@holdfast/core";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ioredisStore, nodeRedisStore } from "./index.ts";

/** So long that the answer to a script is there well before that to its WAIT. */
const acks: AcksOptions = { replicas: 1, timeoutMs: 150, onTooFew: "warn" };
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

describe("a client that may send the WAIT elsewhere takes no acks, and says why", () => {
  const rootNodes = [{ url: "redis://127.0.0.1:1" }];
  const sentinelRootNodes = [{ host: "127.0.0.1", port: 1 }];
  test.each<[string, () => Store]>([
    ["createCluster", () => nodeRedisStore(createCluster({ rootNodes }), { acks })],
    ["createSentinel", () => nodeRedisStore(createSentinel({ name: "main", sentinelRootNodes }), { acks })],
    [
      "Cluster",
      () => {
        const cluster = new Redis.Cluster([{ host: "127.0.0.1", port: 1 }], { lazyConnect: true });
        return ioredisStore(cluster, { acks });
      },
    ],
  ])("%s", (kind, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(kind) }),
    );
  });
});

type Connect = (port: number, keyPrefix?: string) => Promise<Store>;
const stores: Record<string, Connect> = {
  async ioredis(port, keyPrefix = "") {
    const client = new Redis(port, "127.0.0.1", { keyPrefix, retryStrategy: () => 10 });
    client.on("error", () => {});
    closing.push(() => client.disconnect());
    return ioredisStore(client, { acks });
  },
  async "ioredis with auto-pipelining"(port, keyPrefix = "") {
    const client = new Redis(port, "127.0.0.1", {
      keyPrefix,
      enableAutoPipelining: true,
      retryStrategy: () => 10,
    });
    client.on("error", () => {});
    closing.push(() => client.disconnect());
    return ioredisStore(client, { acks });
  },
  async "node-redis"(port, keyPrefix = "") {
    const socket = { host: "127.0.0.1", port, reconnectStrategy: () => 10 };
    const client = createClient({ socket, keyPrefix } as object);
    client.on("error", () => {});
    closing.push(() => client.destroy());
    return nodeRedisStore(await client.connect(), { acks });
  },
  async "a pool of node-redis"(port, keyPrefix = "") {
    const socket = { host: "127.0.0.1", port, reconnectStrategy: () => 10 };
    const client = createClientPool({ socket, keyPrefix } as object, { minimum: 2 });
    client.on("error", () => {});
    closing.push(() => client.destroy());
    await client.connect();
    return nodeRedisStore(client, { acks });
  },
};

let server: RedisServer;
if (realRedis())
  beforeAll(async () => {
    server = await startRedisServer();
    closing.unshift(() => server.stop());
  });

describe.each(Object.entries(stores))("over %s", (_, store) => {
  if (!realRedis()) return;

  test("a connection that broke after the script's answer is asked for both again, never for the WAIT alone", async () => {
    const { port, asked, cutNext } = await cutting(server.port);
    closing.push(asked.close);
    const locks = createLocks({ store: await store(port) });
    cutNext();
    const lease = await locks.tryAcquire("cut");
    expect(lease?.remainingMs()).toBeGreaterThan(0);
    await lease?.release();
    expect(asked.cuts).toBe(1);
    const both = asked.connections.filter((verbs) => verbs.includes("WAIT"));
    for (const verbs of both)
      for (const [i, verb] of verbs.entries())
        if (verb === "WAIT") expect(verbs[i - 1], verbs.join(" ")).toMatch(/^EVAL/);
    expect(both.length).toBeGreaterThan(1);
  });

  test("a prefix goes before the keys", async () => {
    const admin = new Redis(server.port);
    const locks = createLocks({ store: await store(server.port, "app:") });
    const lease = await locks.acquire("prefixed");
    expect(await admin.exists("app:holdfast:{prefixed}")).toBe(1);
    admin.disconnect();
    expect(await lease.release()).toBe("released");
  });
});

/** In front of a server; breaks a connection, when it is told to, after the first answer to a script with a WAIT. */
async function cutting(to: number) {
  const asked = { connections: [] as string[][], cuts: 0, close: () => {} };
  let armed = false;
  const proxy: Server = createServer((client) => {
    const verbs: string[] = [];
    asked.connections.push(verbs);
    const upstream = connect(to, "127.0.0.1");
    let cut = false;
    client.on("data", (data) => {
      const found = [...String(data).matchAll(/\r\n(EVALSHA|EVAL|WAIT)\r\n/gi)].map(([, verb = ""]) =>
        verb.toUpperCase(),
      );
      verbs.push(...found);
      cut = armed && found.includes("WAIT");
      if (cut) armed = false;
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      client.write(data, () => {
        if (!cut) return;
        asked.cuts++;
        client.destroy();
        upstream.destroy();
      });
    });
    for (const socket of [client, upstream]) socket.on("error", () => {});
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  asked.close = () => proxy.close();
  const { port } = proxy.address() as { port: number };
  return {
    port,
    asked,
    cutNext: () => {
      armed = true;
    },
  };
}
