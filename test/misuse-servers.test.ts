import { createLocks, HoldfastError, type Locks, restStore } from "@holdfast/core";
import { startGateway } from "@holdfast/gateway";
import { redisServerPath, startRedisServer } from "@holdfast/testing/node";
import { describe, expect, it, vi } from "vitest";
import { type Client, onEveryEngine, TOKEN } from "./support/fixture.ts";
import { keysOf } from "./support/keys.ts";

const PATIENCE = { timeout: 10_000, interval: 50 };

const taking: Record<string, (locks: Locks, name: string) => Promise<unknown>> = {
  acquire: (locks, name) => locks.acquire(name, { waitMs: 2000 }),
  tryAcquire: (locks, name) => locks.tryAcquire(name),
  request: (locks, name) => locks.request(name, { waitMs: 2000 }, () => expect.fail("ran without the lock")),
};

async function expectRefused(locks: Locks, name: string, text: RegExp): Promise<void> {
  for (const [verb, call] of Object.entries(taking)) {
    const error = await call(locks, name).catch((error) => error);
    expect(error, verb).toBeInstanceOf(HoldfastError);
    expect.soft((error as HoldfastError).code, verb).toBe("refused");
    expect.soft((error as HoldfastError).message, verb).toMatch(text);
  }
}

onEveryEngine("misuse: a server that does not take writes", (f) => {
  it("out of memory: acquiring is refused with the cure, and works again once there is room", async () => {
    const name = f.name();
    const { locks } = f.client();
    await f.gateway.command("CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1");
    try {
      await expectRefused(locks, name, /OOM.*out of memory/);
    } finally {
      await f.gateway.command("CONFIG", "SET", "maxmemory", "0");
    }
    expect(await (await locks.acquire(name)).release()).toBe("released");
  });

  it("too few replicas: acquiring is refused, and says so", async () => {
    await f.gateway.command("CONFIG", "SET", "min-replicas-to-write", "1");
    try {
      await expectRefused(f.client().locks, f.name(), /NOREPLICAS.*too few replicas/);
    } finally {
      await f.gateway.command("CONFIG", "SET", "min-replicas-to-write", "0");
    }
  });

  const firstMeetings: Record<string, (client: Client) => Promise<void>> = {
    "a foreign key": async ({ locks }) => {
      const name = f.name();
      const scout = f.client();
      await scout.locks.inspect(name);
      const [record = ""] = scout.network.requests.flatMap(keysOf);
      await f.gateway.command("RPUSH", record, "x");
      await expect(locks.inspect(name)).rejects.toMatchObject({ code: "kind-mismatch" });
    },
    "a server without memory": async ({ locks }) => {
      await f.gateway.command("CONFIG", "SET", "maxmemory", "1");
      try {
        await expect(locks.tryAcquire(f.name())).rejects.toMatchObject({ code: "refused" });
      } finally {
        await f.gateway.command("CONFIG", "SET", "maxmemory", "0");
      }
    },
  };
  for (const [what, meet] of Object.entries(firstMeetings))
    it(`${what} met by the first script does not change how scripts are sent from then on`, async () => {
      const unlucky = f.client();
      await meet(unlucky);
      const nextScript = async ({ locks, network }: Client) => {
        network.clear();
        await locks.inspect(f.name());
        return network.requests[0]?.commands[0]?.slice(0, 2);
      };
      expect(await nextScript(unlucky)).toEqual(await nextScript(f.client()));
    });
});

const missing = redisServerPath() === null && !process.env.CI;

describe.skipIf(missing)("misuse: the wrong redis-server", () => {
  it("a read-only replica is refused, with the way to the primary", async () => {
    await using primary = await startRedisServer({ args: ["--repl-diskless-sync-delay", "0"] });
    await using replica = await startRedisServer({
      args: ["--replicaof", "127.0.0.1", String(primary.port)],
    });
    const gateway = await startGateway({ port: 0, tokens: TOKEN, redisUrl: replica.url });
    try {
      await vi.waitFor(async () => {
        expect(await gateway.command("INFO", "replication")).toContain("master_link_status:up");
      }, PATIENCE);
      const locks = createLocks({ store: restStore({ url: gateway.url, token: TOKEN }) });
      await expectRefused(locks, "misuse", /READONLY.*use the primary's URL/);
    } finally {
      await gateway.close();
    }
  });

  it("one that is gone is unavailable, and the same client goes on when it is back", async () => {
    await using server = await startRedisServer();
    const gateway = await startGateway({
      port: 0,
      tokens: TOKEN,
      redisUrl: server.url,
      engineTimeoutMs: 300,
    });
    try {
      const store = restStore({ url: gateway.url, token: TOKEN, retry: { minDelayMs: 5 } });
      const locks = createLocks({ store });
      const before = await locks.acquire("misuse");
      await server.kill();
      await expect(locks.tryAcquire("misuse")).rejects.toMatchObject({ code: "unavailable" });
      await expect(locks.inspect("misuse")).rejects.toMatchObject({ code: "unavailable" });

      await server.restart();
      const after = await vi.waitFor(() => locks.acquire("misuse"), PATIENCE);
      // The server forgot the lock; what protects the resource is the fence.
      expect(after.fence).toBeGreaterThan(before.fence);
      await expect(before.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
      await after.release();
    } finally {
      await gateway.close();
    }
  });
});
