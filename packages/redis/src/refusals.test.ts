import { createServer, type Server } from "node:net";
import { createLocks, HoldfastError, type Store } from "@holdfast/core";
import { type RedisServer, realRedis, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ioredisStore, nodeRedisStore } from "./index.ts";

// What a server may have against it, and that the error says what to do.

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

interface Login {
  port: number;
  username?: string;
  password?: string;
}

const clients: Record<string, (login: Login) => Store> = {
  ioredis(login) {
    const client = new Redis({ host: "127.0.0.1", ...login, maxRetriesPerRequest: null });
    client.on("error", () => {});
    closing.push(() => client.disconnect());
    return ioredisStore(client);
  },
  "node-redis"({ port, ...login }) {
    const client = createClient({ socket: { host: "127.0.0.1", port }, RESP: 2, ...login } as object);
    client.on("error", () => {});
    closing.push(() => client.destroy());
    // As in an application that does not wait for it.
    client.connect().catch(() => {});
    return nodeRedisStore(client);
  },
};

const SECRETS = {
  password: "password-not-for-logs",
  attemptId: "attempt-not-for-logs",
  metadata: "metadata-not-for-logs",
};

/** Nobody gets in without. */
const ADMIN = { password: "password-of-the-admin" };

async function refusal(store: Store): Promise<unknown> {
  const { attemptId, metadata } = SECRETS;
  const error = await createLocks({ store })
    .acquire("name-not-for-logs", { attemptId, metadata, waitMs: 3000 })
    .then(
      () => "granted",
      (error: unknown) => error,
    );
  expect(error).toBeInstanceOf(HoldfastError);
  const shown = `${(error as Error).stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))} ${String((error as Error).cause)}`;
  for (const secret of [...Object.values(SECRETS), "name-not-for-logs", "redis.call"])
    expect(shown).not.toContain(secret);
  return error;
}

const says = (code: string, cure: string) => ({ code, message: expect.stringContaining(cure) });

describe.each(Object.entries(clients))("over %s", (_, connect) => {
  if (!realRedis()) return;
  let server: RedisServer;
  let replica: RedisServer;
  const admin = async (...command: [string, ...string[]]) => {
    const client = new Redis({ port: server.port, ...ADMIN });
    await client.call(...command).finally(() => client.disconnect());
  };
  beforeAll(async () => {
    server = await startRedisServer({ args: ["--requirepass", ADMIN.password] });
    replica = await startRedisServer({
      args: ["--replicaof", `127.0.0.1 ${server.port}`, "--masterauth", ADMIN.password],
    });
    const { password } = SECRETS;
    await admin("ACL", "SETUSER", "no-scripts", "on", `>${password}`, "~*", "&*", "+@all", "-@scripting");
    await admin("ACL", "SETUSER", "reader", "on", `>${password}`, "~*", "&*", "+@read", "+@connection");
    await admin("ACL", "SETUSER", "elsewhere", "on", `>${password}`, "~other:*", "&*", "+@all");
  });
  afterAll(async () => {
    await replica?.stop();
    await server?.stop();
  });

  test.each(["no-scripts", "reader", "elsewhere"])(
    "an ACL user that may not (%s) needs more rights",
    async (username) => {
      const store = connect({ port: server.port, username, password: SECRETS.password });
      expect(await refusal(store)).toMatchObject(says("unauthorized", "use one with full access"));
    },
  );

  test("a wrong password is told at once, although the client keeps trying", async () => {
    const started = performance.now();
    const store = connect({ port: server.port, username: "reader", password: `${SECRETS.password}?` });
    expect(await refusal(store)).toMatchObject(says("unauthorized", "password"));
    expect(performance.now() - started).toBeLessThan(2500);
  });

  test("a missing password is told at once", async () => {
    expect(await refusal(connect({ port: server.port }))).toMatchObject(says("unauthorized", "password"));
  });

  test("a read-only replica sends to the primary", async () => {
    const store = connect({ port: replica.port });
    await expect
      .poll(() => refusal(store), { timeout: 10_000 })
      .toMatchObject(says("refused", "use the primary"));
  });

  test("scripts that were renamed away", async () => {
    const args = ["--rename-command", "EVAL", "", "--rename-command", "EVALSHA", ""];
    await using without = await startRedisServer({ args });
    expect(await refusal(connect({ port: without.port }))).toMatchObject(says("refused", "allows EVAL"));
  });

  test("a full memory passes, and says so meanwhile", async () => {
    const store = connect({ port: server.port, ...ADMIN });
    await admin("CONFIG", "SET", "maxmemory", "1");
    expect(await refusal(store)).toMatchObject(says("refused", "out of memory"));
    await admin("CONFIG", "SET", "maxmemory", "0");
    expect(await createLocks({ store }).request("works-again", () => "done")).toBe("done");
  });
});

describe.each(Object.entries(clients))("over %s, what only another server says", (_, connect) => {
  // Answers the handshake of a client as a server does, and every script as told.
  async function answering(...errors: string[]): Promise<Login> {
    const server: Server = createServer((socket) => {
      socket.on("error", () => {});
      let scripts = 0;
      socket.on("data", (data) => {
        for (const [command] of String(data).matchAll(
          /(?<=\r\n)(EVALSHA|EVAL|INFO|CLIENT|HELLO|SELECT|SUBSCRIBE)(?=\r\n)/gi,
        ))
          socket.write(
            /^EVAL/i.test(command)
              ? `-${errors[Math.min(scripts++, errors.length - 1)]}\r\n`
              : /^INFO/i.test(command)
                ? "$17\r\nredis_version:5.0\r\n"
                : /^HELLO/i.test(command)
                  ? "-ERR unknown command `HELLO`\r\n"
                  : "+OK\r\n",
          );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    return { port: (server.address() as { port: number }).port };
  }

  const cases: [string, string[], string, string][] = [
    [
      "Redis 5, which does not know KEEPTTL",
      [
        "NOSCRIPT No matching script. Please use EVAL.",
        "ERR Error compiling script (new function): user_script:1: unexpected symbol near '#' ",
        "NOSCRIPT No matching script. Please use EVAL.",
        "ERR Error running script (call to f_0a): @user_script:12: @user_script: 12: ERR syntax error ",
      ],
      "refused",
      "Redis 6.2 or newer",
    ],
    [
      "Redis 4, which replicates scripts by their text",
      [
        "ERR Error running script (call to f_0a): @user_script:1: Write commands not allowed after non deterministic commands. Call redis.replicate_commands()",
      ],
      "refused",
      "Redis 6.2 or newer",
    ],
    ["a server of a cluster", ["MOVED 1234 10.0.0.1:6379"], "refused", "use new Cluster"],
    [
      "a disk that cannot be written",
      ["MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."],
      "refused",
      "cannot persist",
    ],
    ["too few replicas", ["NOREPLICAS Not enough good replicas to write."], "refused", "too few replicas"],
    [
      "a server that has not loaded yet",
      ["LOADING Redis is loading the dataset in memory"],
      "unavailable",
      "busy or loading",
    ],
    ["a proxy that lost its server", ["upstream failure"], "unavailable", "did not answer"],
  ];
  test.each(cases)("%s", async (_, errors, code, cure) => {
    expect(await refusal(connect(await answering(...errors)))).toMatchObject(says(code, cure));
  });
});
