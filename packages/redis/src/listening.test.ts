import { createLocks, type Store } from "@holdfast/core";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ioredisStore, nodeRedisStore } from "./index.ts";
import { testClients } from "./test-clients.ts";

const clients = testClients();
const makers: Record<string, (server: { port: number }) => Promise<Store>> = {
  ioredis: async (server) => ioredisStore(clients.ioredis(server)),
  "node-redis": async (server) => nodeRedisStore(await clients.nodeRedis(server)),
};

/** Sockets that would keep this process alive. */
const holding = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;

describe.each(Object.entries(makers))("%s listens on one connection of its own", (_, make) => {
  if (!realRedis()) return;
  let server: RedisServer;
  let admin: Redis;
  let store: Store;
  beforeAll(async () => {
    server = await startRedisServer();
    admin = clients.ioredis(server);
    store = await make(server);
  });
  afterAll(() => server?.stop());

  const listening = async () =>
    String(await admin.call("CLIENT", "LIST", "TYPE", "pubsub"))
      .split("\n")
      .filter(Boolean).length;
  const untilListening = (count: number) =>
    vi.waitFor(async () => expect(await listening()).toBe(count), 5000);
  const subscribe = (channel: string, heard: string[], stop: AbortController) =>
    store.subscribe?.(channel, (message) => heard.push(message), stop.signal) as Promise<{
      closed: Promise<void>;
    }>;

  test("for all who wait, while they wait", async () => {
    const locks = createLocks({ store });
    const holder = await createLocks({ store: await make(server) }).acquire("one");
    const waiting = Array.from({ length: 5 }, () => locks.request("one", () => {}));
    await vi.waitFor(async () => expect((await locks.inspect("one")).waiting).toBe(5), 5000);
    const latch = locks.latch("two", { count: 1 });
    const opening = latch.wait();
    await untilListening(1);
    await holder.release();
    await Promise.all(waiting);
    await latch.countDown();
    await opening;
    await untilListening(0);
  });

  test("and nobody else's messages, and none twice", async () => {
    const [first, second, other] = [[], [], []] as string[][];
    const stops = [new AbortController(), new AbortController(), new AbortController()] as const;
    await subscribe("a", first as string[], stops[0]);
    await subscribe("a", second as string[], stops[1]);
    await subscribe("b", other as string[], stops[2]);
    await admin.publish("a", "1");
    await admin.publish("b", "2");
    await vi.waitFor(() => expect([first, second, other]).toEqual([["1"], ["1"], ["2"]]), 5000);
    stops[0].abort();
    await admin.publish("a", "3");
    await vi.waitFor(() => expect([first, second]).toEqual([["1"], ["1", "3"]]), 5000);
    stops[1].abort();
    await vi.waitFor(async () => expect(await admin.publish("a", "nobody")).toBe(0), 5000);
    expect(await admin.publish("b", "4")).toBe(1);
    stops[2].abort();
    await untilListening(0);
  });

  test("which keeps no process alive", async () => {
    const stop = new AbortController();
    const before = holding();
    await subscribe("quiet", [], stop);
    expect(await listening()).toBe(1);
    expect(holding()).toBe(before);
    stop.abort();
    await untilListening(0);
  });

  test("whose loss is told, once it can miss something, and which is opened anew", async () => {
    const stop = new AbortController();
    const heard: string[] = [];
    const [{ closed }, another] = await Promise.all([
      subscribe("cut", heard, stop),
      subscribe("cut too", [], stop),
    ]);
    await admin.call("CLIENT", "KILL", "TYPE", "pubsub");
    await Promise.all([closed, another.closed]);
    await admin.publish("cut", "missed");
    const again = new AbortController();
    await subscribe("cut", heard, again);
    await admin.publish("cut", "heard");
    await vi.waitFor(() => expect(heard).toEqual(["heard"]), 5000);
    again.abort();
    await untilListening(0);
  });

  test("which is gone with a signal that aborts while it opens", async () => {
    const stop = new AbortController();
    const opening = subscribe("early", [], stop);
    stop.abort();
    await expect(opening).rejects.toMatchObject({ code: "unavailable" });
    await subscribe("after", [], new AbortController());
    await vi.waitFor(async () => expect(await admin.pubsub("CHANNELS")).toEqual(["after"]), 5000);
  });
});

describe.each(Object.entries(makers))("%s and a server that is gone", (_, make) => {
  if (!realRedis()) return;

  test("a subscription is refused, and said to be over when the server goes", async () => {
    const server = await startRedisServer();
    const store = await make(server);
    const { closed } = (await store.subscribe?.("a", () => {}, new AbortController().signal)) ?? {};
    await server.kill();
    await closed;
    await expect(store.subscribe?.("a", () => {}, new AbortController().signal)).rejects.toMatchObject({
      code: "unavailable",
    });
    await server.stop();
  });
});
