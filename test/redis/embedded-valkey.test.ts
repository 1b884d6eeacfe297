import type { Store } from "@holdfast/core";
import { createLocks, restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { ioredisStore } from "@holdfast/redis/ioredis";
import { nodeRedisStore } from "@holdfast/redis/node-redis";
import { storeContract } from "@holdfast/testing/contract";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { EmbeddedValkey } from "../../packages/gateway/src/engine/embedded.ts";

// Clients over TCP on the Valkey that the gateway brings along, with the oldest major version of each that is supported.

const engine = new EmbeddedValkey();
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  await engine.close();
});

const makers: Record<string, () => Promise<Store>> = {
  async ioredisStore() {
    const { url } = await engine.address();
    const client = new Redis(url);
    client.on("error", () => {});
    closing.push(() => client.disconnect());
    // Connected: the contract's leases are short.
    await client.ping();
    return ioredisStore(client);
  },
  async nodeRedisStore() {
    const { url } = await engine.address();
    const client = createClient({ url });
    client.on("error", () => {});
    closing.push(() => client.destroy());
    return nodeRedisStore(await client.connect());
  },
};

describe.concurrent.each(Object.entries(makers))("%s on embedded Valkey", (name, makeStore) => {
  storeContract({ name, makeStore });
});

describe.each(Object.entries(makers))("%s beside restStore", (name, makeStore) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ port: 0, tokens: "token", redisUrl: (await engine.address()).url });
  });
  afterAll(() => gateway.close());

  test("is the same lock: each side waits for the other, and is told by it", async () => {
    const rest = createLocks({ store: restStore({ url: gateway.url, token: "token" }) });
    const tcp = createLocks({ store: await makeStore() });
    const lock = `both-${name}`;
    let fence = 0;
    for (const [holding, waiting] of [
      [rest, tcp],
      [tcp, rest],
    ] as const) {
      const lease = await holding.acquire(lock);
      expect(await waiting.tryAcquire(lock)).toBeNull();
      const next = waiting.acquire(lock);
      await vi.waitFor(async () => expect((await holding.inspect(lock)).waiting).toBe(1), 5000);
      expect(await lease.release()).toBe("released");
      expect(lease.fence).toBeGreaterThan(fence);
      fence = (await next).fence;
      expect(fence).toBeGreaterThan(lease.fence);
      expect(await (await next).release()).toBe("released");
    }
  });

  test("with a keyPrefix is the namespace of that name", async () => {
    const { url } = await engine.address();
    const client = new Redis(url, { keyPrefix: "app:" });
    closing.push(() => client.disconnect());
    const tcp = createLocks({ store: ioredisStore(client) });
    const rest = createLocks({
      store: restStore({ url: gateway.url, token: "token" }),
      namespace: "app:holdfast",
    });
    const lock = `prefixed-${name}`;
    const lease = await tcp.acquire(lock);
    expect(await rest.tryAcquire(lock)).toBeNull();
    expect(await rest.inspect(lock)).toMatchObject({ held: true, lastFence: lease.fence });
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await tcp.list({ prefix: lock, limit: 1000, ...(cursor && { cursor }) });
      found.push(...page.locks.map((held) => held.name));
      cursor = page.cursor;
    } while (cursor);
    expect(found).toEqual([lock]);
    expect(await lease.release()).toBe("released");
  });
});
