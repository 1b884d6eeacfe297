import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocks, type Store } from "@holdfast/core";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ioredisStore, nodeRedisStore } from "./index.ts";

/** Made for this test, for 127.0.0.1, and good for nothing else. */
const CERT = `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUL2nMTdkATF/2FJaPYM0+XLKUo50wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTE2NDAyMVoYDzIxMjYxMDI4
MTY0MDIxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATaLMlXwMPZR8IdJRoB7sI+kpK89FUC0uritrmc2Pqc+Z77CYzM1/Y3
V8Y9ZHJImyIzQXxo/h4fzsQyFYa35Gddo2QwYjAdBgNVHQ4EFgQUggqwjNtkAZhy
XP8knFypWoG6X4MwHwYDVR0jBBgwFoAUggqwjNtkAZhyXP8knFypWoG6X4MwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
ICk8G+DvrefjWypuUg73TktwjvZ0S2LPaqoIA49tImAmAiAUfyMktIi7opAiuN6M
i8/lCuLxSAoqC9gIO0VFxzOuDw==
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUN3ZFHRe0nyE40zW
8CM6leZwSjlil/FQCcSocDX4R2qhRANCAATaLMlXwMPZR8IdJRoB7sI+kpK89FUC
0uritrmc2Pqc+Z77CYzM1/Y3V8Y9ZHJImyIzQXxo/h4fzsQyFYa35Gdd
-----END PRIVATE KEY-----`;

describe("over TLS, with a user and a password", () => {
  if (!realRedis()) return;
  const stack = new AsyncDisposableStack();
  let server: RedisServer;
  let tlsPort: number;
  const password = "password";
  const makers: Record<string, () => Promise<Store>> = {
    async ioredis() {
      const client = new Redis({
        port: tlsPort,
        host: "127.0.0.1",
        tls: { ca: CERT },
        username: "locks",
        password,
      });
      stack.defer(() => client.disconnect());
      await client.ping();
      return ioredisStore(client);
    },
    async "node-redis"() {
      const client = createClient({
        url: `rediss://locks:${password}@127.0.0.1:${tlsPort}`,
        socket: { tls: true, ca: CERT },
      });
      client.on("error", () => {});
      stack.defer(() => client.destroy());
      return nodeRedisStore(await client.connect());
    },
  };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-tls-"));
    stack.defer(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "cert.pem"), CERT);
    await writeFile(join(folder, "key.pem"), KEY);
    const tls = ["--tls-cert-file", join(folder, "cert.pem"), "--tls-key-file", join(folder, "key.pem")];
    server = stack.use(await startRedisServer({ args: [...tls, "--tls-auth-clients", "no"] }));
    const admin = new Redis(server.port);
    // On a port of the server's own choice nobody could find it.
    for (tlsPort = server.port + 1; ; tlsPort++)
      if (
        await admin.config("SET", "tls-port", tlsPort).then(
          () => true,
          () => false,
        )
      )
        break;
    // What docs/stores.md says that locks need, and what the clients add over TCP.
    await admin.call(
      ...("ACL SETUSER locks on >password resetkeys ~holdfast:* resetchannels &holdfast:* -@all +eval +evalsha +subscribe +publish +time +get +set +del +exists +pexpire +hget +hset +hdel +hkeys +hmget +zadd +zcard +zpopmin +zrange +zrangebyscore +zrank +zrem +zremrangebyscore +zscore +scan +hello +info +ping".split(
        " ",
      ) as [string, ...string[]]),
    );
    admin.disconnect();
  });
  afterAll(() => stack.disposeAsync());

  test.each(Object.keys(makers))("%s holds, hands over by a message, and lists", async (kind) => {
    const make = makers[kind] as () => Promise<Store>;
    const holding = createLocks({ store: await make() });
    const lease = await holding.acquire(kind);
    const store = await make();
    let deaf = false;
    const run: Store["run"] = (...args) => (deaf ? new Promise(() => {}) : store.run(...args));
    const waiting = createLocks({ store: { ...store, run } }).acquire(kind);
    const admin = new Redis(server.port);
    await vi.waitFor(async () => {
      expect((await holding.inspect(kind)).waiting).toBe(1);
      expect(await admin.pubsub("CHANNELS")).toHaveLength(1);
    }, 5000);
    deaf = true;
    expect((await holding.list({ prefix: kind, limit: 1000 })).locks).toMatchObject([
      { name: kind, held: true },
    ]);
    expect(await lease.release()).toBe("released");
    expect((await waiting).fence).toBeGreaterThan(lease.fence);
    // Closed when idle.
    await vi.waitFor(async () => expect(await admin.pubsub("CHANNELS")).toHaveLength(0), 5000);
    admin.disconnect();
  });
});
