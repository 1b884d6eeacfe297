import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createLocks, type Locks } from "@holdfast/core";
import { ioredisStore } from "@holdfast/redis/ioredis";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

// Real processes over TCP: they end by themselves when their work is done, and may be killed at any time. They run the
// built packages.

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CLIENTS = {
  ioredis: `
    const { Redis } = await import("ioredis");
    const { ioredisStore } = await import("@holdfast/redis/ioredis");
    const client = new Redis(url);
    const store = ioredisStore(client);
    const close = () => client.quit();`,
  "node-redis": `
    const { createClient } = await import("redis");
    const { nodeRedisStore } = await import("@holdfast/redis/node-redis");
    const client = await createClient({ url }).on("error", () => {}).connect();
    const store = nodeRedisStore(client);
    const close = () => client.close();`,
};

describe.each(Object.entries(CLIENTS))("a process with %s", (kind, client) => {
  if (!realRedis()) return;
  const stack = new AsyncDisposableStack();
  let server: RedisServer;
  let locks: Locks;
  beforeAll(async () => {
    server = stack.use(await startRedisServer());
    const redis = new Redis(server.port);
    stack.defer(() => redis.disconnect());
    locks = createLocks({ store: ioredisStore(redis) });
  });
  afterAll(() => stack.disposeAsync());

  /** Runs the work and says when it has printed "ready". */
  async function start(work: string): Promise<ChildProcess> {
    const code = `
      const url = ${JSON.stringify(server.url)};
      const { createLocks } = await import("@holdfast/core");
      ${client}
      const locks = createLocks({ store });
      ${work}`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      cwd: HERE,
      stdio: ["ignore", "pipe", "inherit"],
    });
    stack.defer(() => void child.kill("SIGKILL"));
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    await once(lines, "line");
    return child;
  }
  const waiting = (name: string, count: number) =>
    vi.waitFor(async () => expect((await locks.inspect(name)).waiting).toBe(count), 5000);

  test("ends by itself when it has waited and closed its client", async () => {
    const name = `ends-${kind}`;
    const lease = await locks.acquire(name);
    const child = await start(`
      console.log("ready");
      await locks.acquire(${JSON.stringify(name)}, { waitMs: 400 }).catch((error) => {
        if (error.code !== "timeout") throw error;
      });
      await close();
      console.log("closed");`);
    const ended = once(child, "exit");
    await once(child.stdout as NodeJS.ReadableStream, "data");
    const closed = performance.now();
    expect(await ended).toEqual([0, null]);
    // The connection that listens is open for two seconds more, but nothing waits for it.
    expect(performance.now() - closed).toBeLessThan(1000);
    expect(await lease.release()).toBe("released");
  });

  test("that is killed holds its name for the rest of its lease, and no longer", async () => {
    const name = `held-${kind}`;
    const child = await start(`
      await locks.acquire(${JSON.stringify(name)}, { ttlMs: 1000, renew: true });
      console.log("ready");
      setInterval(() => {}, 1000);`);
    const next = locks.acquire(name, { waitMs: 10_000 });
    await waiting(name, 1);
    child.kill("SIGKILL");
    const killed = performance.now();
    expect(await (await next).release()).toBe("released");
    expect(performance.now() - killed).toBeLessThan(3000);
  });

  test("P7 that is killed while it waits costs those behind it one claim window", async () => {
    const name = `queued-${kind}`;
    const lease = await locks.acquire(name);
    const child = await start(`
      console.log("ready");
      await locks.acquire(${JSON.stringify(name)}, { waitMs: 60_000, claimMs: 500 });`);
    await waiting(name, 1);
    const next = locks.acquire(name, { waitMs: 10_000 });
    await waiting(name, 2);
    child.kill("SIGKILL");
    await once(child, "exit");
    const released = performance.now();
    await lease.release();
    expect((await next).fence).toBeGreaterThan(lease.fence);
    expect(performance.now() - released).toBeLessThan(2500);
  });
});
