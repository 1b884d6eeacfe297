import { createLocks, foundQuorum, type QuorumOptions, quorumStore, restStore } from "@holdfast/core";
import { ioredisStore } from "@holdfast/redis";
import { engines, type RedisServer, startRedisServer, type TestEngine } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { onNodes, TOKEN } from "./support/nodes.ts";

const [engine] = engines() as [TestEngine];
/** Long enough to look at a node that waits, short enough to wait for. */
const maxTtlMs = 1500;
const patient = { timeout: 20_000, interval: 50 };

onNodes("a node that came back without its data", engine, 3, (f) => {
  it("does not vote until every lease that it may have forgotten is over, and then with greater fences", async () => {
    const { locks, store, events } = f.client({ maxTtlMs });
    const name = f.name();
    // The node holds a fence that is far ahead of all clocks, and has written it to a majority.
    const ahead = (Date.now() + 3_600_000) * 1000;
    const record = `mutex 1 0 ${ahead} ${ahead} 0 - - 0 - - - 0 0 0 0 0 -`;
    await f.nodes[0]?.gateway.command("SET", `holdfast:{${name}}`, record);
    const without3 = f.client({ maxTtlMs });
    without3.networks[2]?.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    const before = await without3.locks.acquire(name, { ttlMs: 1000 });
    expect(before.fence).toBeGreaterThan(ahead);
    await before.release();

    await f.nodes[0]?.restartEmpty();
    const lease = await locks.acquire(name, { ttlMs: 1000 });
    expect(lease.fence).toBeGreaterThan(before.fence);
    await vi.waitFor(() =>
      expect(events).toContainEqual(
        expect.objectContaining({ type: "voted", node: "node-1", vote: "barred" }),
      ),
    );
    expect(await store.health()).toMatchObject([
      { state: "barred" },
      { state: "voting" },
      { state: "voting" },
    ]);
    expect((await store.health())[0]?.barredForMs).toBeGreaterThan(0);
    await lease.release();

    await vi.waitFor(async () => {
      await (await locks.acquire(name, { ttlMs: 1000 })).release();
      expect((await store.health()).map(({ state }) => state)).toEqual(["voting", "voting", "voting"]);
    }, patient);
    // What the node proposes by itself is greater than what it has forgotten.
    const own = `mutex:${name}`;
    const alone = await locks.acquire(own, { ttlMs: 1000 });
    const seen = await locks.inspect(own);
    expect(seen.nodes?.[0]?.fence).toBeGreaterThan(before.fence);
    await alone.release();
  });

  it("gives its vote to a lease that is held on, so that it outlives the data of every node, one after the other", async () => {
    const { locks, store, networks } = f.client({ maxTtlMs });
    // The last is always late: it answers when the others have decided.
    networks[2]?.fail({ action: "delay-reply", delayMs: 30, times: Number.POSITIVE_INFINITY });
    const name = f.name();
    const lease = await locks.acquire(name, { ttlMs: 1200, renew: true });
    for (const [i, node] of f.nodes.entries()) {
      await node.restartEmpty();
      await vi.waitFor(async () => {
        const { nodes = [], holders } = await locks.inspect(name);
        expect(nodes[i]).toMatchObject({ state: "voting", holder: holders[0]?.hash });
      }, patient);
    }
    expect((await store.health()).map(({ state }) => state)).toEqual(["voting", "voting", "voting"]);
    expect(lease.signal.aborted).toBe(false);
    expect(await f.client({ maxTtlMs }).locks.tryAcquire(name, { ttlMs: 1000 })).toBeNull();
    expect(await lease.release()).toBe("released");
    const next = await locks.acquire(name, { ttlMs: 1000 });
    expect(next.fence).toBeGreaterThan(lease.fence);
    await next.release();
  });

  it("is missed like a dead one while another is dead, and the error says when it votes", async () => {
    const { locks, networks } = f.client({ maxTtlMs: 60_000 });
    await f.nodes[0]?.restartEmpty();
    networks[1]?.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    await expect(locks.tryAcquire(f.name())).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/node-2 gave no answer; node-1 cannot vote yet.*in 60 s/),
    });
    await foundQuorum(f.client().stores);
    await (await f.client().locks.acquire(f.name())).release();
  });

  it("all of them: the quorum begins anew by itself once every lease is over", async () => {
    const namespace = "all-new";
    const { locks } = f.client({ namespace, maxTtlMs });
    const started = performance.now();
    await expect(locks.tryAcquire("a", { ttlMs: 1000 })).rejects.toThrow("foundQuorum");
    await vi.waitFor(async () => {
      const lease = await locks.tryAcquire("a", { ttlMs: 1000 });
      await lease?.release();
    }, patient);
    expect(performance.now() - started).toBeGreaterThan(maxTtlMs);
  });

  it("a new quorum votes at once when it was founded, however often", async () => {
    const namespace = "founded";
    const { locks, stores } = f.client({ namespace });
    await foundQuorum(stores, { namespace });
    await foundQuorum(stores, { namespace });
    await (await locks.acquire("a")).release();
  });

  it("is one for all namespaces that share a membership", async () => {
    const { locks, stores } = f.client({ namespace: "tenant-1", membership: "tenants" });
    await foundQuorum(stores, { namespace: "tenants" });
    await (await locks.acquire("a")).release();
    const other = f.client({ namespace: "tenant-2", membership: "tenants" });
    await (await other.locks.acquire("a")).release();
    expect((await other.store.health("tenant-3")).map(({ state }) => state)).toEqual([
      "voting",
      "voting",
      "voting",
    ]);
  });

  it("a database that stands for two nodes is found out", async () => {
    const stores = [0, 1, 1].map((i) => restStore({ url: f.nodes[i]?.gateway.url ?? "", token: TOKEN }));
    await expect(foundQuorum(stores, { namespace: "doubled" })).rejects.toThrow(
      "node-2 and node-3 of the quorum are the same database",
    );
    // With the other node, they make a majority that is one.
    const nodes = [restStore({ url: "http://127.0.0.1:1", token: TOKEN }), ...stores.slice(1)];
    const locks = createLocks({ store: quorumStore(nodes) });
    await expect(locks.tryAcquire(f.name())).rejects.toMatchObject({
      code: "invalid-argument",
      message: "node-2 and node-3 of the quorum are the same database; each node needs one of its own.",
    });
  });
});

describe("a redis-server that was restarted with its data", () => {
  const servers: RedisServer[] = [];
  const clients: Redis[] = [];
  beforeAll(async () => {
    // What was synced a moment before the crash: as good as the default of most databases, and not all.
    const args = ["--appendonly", "yes", "--appendfsync", "always"];
    for (let i = 0; i < 3; i++) servers.push(await startRedisServer({ args }));
    for (const { url } of servers) {
      const client = new Redis(url, { maxRetriesPerRequest: null });
      client.on("error", () => {}); // it connects again by itself
      clients.push(client);
    }
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    for (const server of servers) await server.stop();
  });
  const store = (options: QuorumOptions) =>
    quorumStore(
      clients.map((client) => ioredisStore(client)),
      options,
    );
  const restart = async (server: RedisServer | undefined) => {
    await server?.kill();
    await server?.restart();
  };

  it("does not vote at first, since the latest writes may be lost, unless restarts are said to be durable", async () => {
    for (const [restarts, state] of [
      ["lossy", "barred"],
      ["durable", "voting"],
    ] as const) {
      const quorum = store({ restarts });
      const locks = createLocks({ store: quorum, namespace: restarts });
      await foundQuorum(
        clients.map((client) => ioredisStore(client)),
        { namespace: restarts, restarts },
      );
      const lease = await locks.acquire("a");
      await restart(servers[0]);
      await vi.waitFor(async () => {
        const [first] = await quorum.health(restarts);
        expect(first).toMatchObject({ node: "node-1", state });
      }, patient);
      expect(await lease.extend()).toBeGreaterThan(0);
      await lease.release();
    }
  });
});
