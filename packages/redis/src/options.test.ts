import { createLocks, type Store } from "@holdfast/core";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { Redis as Redis5 } from "ioredis-5";
import { createClientPool } from "redis";
import { createClient as createClient5 } from "redis-5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ioredisStore, nodeRedisStore } from "./index.ts";
import { testClients } from "./test-clients.ts";

const clients = testClients();
const closing: (() => unknown)[] = [];
let names = 0;

/** What clients can be told that could change what goes out or comes back. */
const stores: Record<string, (server: RedisServer) => Store | Promise<Store>> = {};
for (const options of [
  {},
  { stringNumbers: true },
  { enableAutoPipelining: true },
  { keyPrefix: "app:" },
  { keyPrefix: "a*[b]?:" },
  { enableOfflineQueue: false },
  { maxRetriesPerRequest: null },
  { maxRetriesPerRequest: 0 },
  { commandTimeout: 1000 },
  { showFriendlyErrorStack: true },
  { protocol: 3 as const },
  { protocol: 3 as const, replyMapping: "resp3" as const },
  { autoResendUnfulfilledCommands: false, autoResubscribe: false, db: 3 },
])
  stores[`ioredis ${JSON.stringify(options)}`] = async (server) => {
    const client = clients.ioredis(server, options);
    // Without an offline queue its user has to wait.
    if ("enableOfflineQueue" in options) await new Promise((resolve) => client.once("ready", resolve));
    return ioredisStore(client);
  };
for (const [shown, options] of Object.entries({
  "{}": {},
  "{ RESP: 2 }": { RESP: 2 as const },
  "{ RESP: 3 }": { RESP: 3 as const },
  "strings as bytes": { commandOptions: { typeMapping: { 36: Buffer, 43: Buffer } } },
  "numbers as strings": { commandOptions: { typeMapping: { 58: String } } },
  "{ keyPrefix }": { keyPrefix: "app:" },
  "{ disableOfflineQueue, database }": { disableOfflineQueue: true, database: 3 },
  "{ pingInterval }": { pingInterval: 100 },
}))
  stores[`node-redis ${shown}`] = async (server) =>
    nodeRedisStore(await clients.nodeRedis(server, options as object));
stores["node-redis, a pool"] = async ({ url }) => {
  const pool = createClientPool({ url }, { minimum: 1, maximum: 3 });
  pool.on("error", () => {});
  closing.push(() => pool.destroy());
  return nodeRedisStore((await pool.connect()) ?? pool);
};
stores["ioredis 5"] = ({ port }) => {
  const client = new Redis5({ port });
  closing.push(() => client.disconnect());
  return ioredisStore(client);
};
stores["ioredis 5 { stringNumbers, enableAutoPipelining, keyPrefix }"] = ({ port }) => {
  const client = new Redis5({ port, stringNumbers: true, enableAutoPipelining: true, keyPrefix: "app:" });
  closing.push(() => client.disconnect());
  return ioredisStore(client);
};
stores["node-redis 5"] = async ({ url }) => {
  const client = createClient5({ url });
  client.on("error", () => {});
  closing.push(() => client.destroy());
  return nodeRedisStore(await client.connect());
};

describe.each(Object.entries(stores))("over %s", (_, make) => {
  if (!realRedis()) return;
  let server: RedisServer;
  beforeAll(async () => {
    server = await shared();
  });

  test("locks are what they are: text, numbers, lists and wake-ups", async () => {
    const store = await make(server);
    const locks = createLocks({ store });
    const name = `name-${++names}`;
    const metadata = { text: "1", number: 1, list: ["007", null, true], key: "ключ 🔑" };
    const lease = await locks.acquire(name, { ttlMs: 20_000, metadata });
    expect(typeof lease.fence).toBe("number");
    expect(await locks.inspect(name)).toMatchObject({
      held: true,
      lastFence: lease.fence,
      holders: [{ metadata, fence: lease.fence }],
    });
    expect((await pages(store, name)).map((found) => found.name)).toEqual([name]);
    expect(await lease.extend(30_000)).toBeGreaterThan(20_000);

    const waiting = createLocks({ store }).acquire(name);
    waiting.catch(() => {});
    await expect.poll(async () => (await locks.inspect(name)).waiting).toBe(1);
    // Its stream opens after its place is taken.
    await expect.poll(() => listeners(server)).toBeGreaterThan(0);
    expect(await lease.release()).toBe("released");
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(lease.fence);
    expect(await next.release()).toBe("released");
    expect(await locks.acquireAll([name, `${name}-b`])).toMatchObject({ names: [name, `${name}-b`] });
  });
});

let running: Promise<RedisServer> | undefined;
const shared = () => (running ??= startRedisServer());
afterAll(async () => {
  for (const close of closing) await close();
  await (await running)?.stop();
});

async function pages(store: Store, prefix: string) {
  const locks = createLocks({ store });
  const found = [];
  let cursor: string | undefined;
  do {
    const page = await locks.list({ prefix, limit: 1000, ...(cursor && { cursor }) });
    found.push(...page.locks);
    cursor = page.cursor;
  } while (cursor);
  return found;
}

async function listeners(server: RedisServer): Promise<number> {
  const watch = clients.ioredis(server);
  const channels = (await watch.pubsub("CHANNELS")) as string[];
  watch.disconnect();
  return channels.length;
}
