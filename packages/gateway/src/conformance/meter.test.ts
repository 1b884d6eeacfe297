import { beforeEach, describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";
import { openStream } from "./sse-stream.ts";

const SCRIPT = "redis.call('TIME') redis.call('GET', KEYS[1]) return redis.call('SET', KEYS[1], ARGV[1])";
const FLAGGED = `#!lua flags=allow-key-locking\n${SCRIPT}`;
const ADMIN = "conformance-admin";

onEveryEngine(
  "meter",
  (server) => {
    const read = () => server.gateway.meter.read();
    const billed = async (): Promise<number> => (await read()).billedCommands;

    beforeEach(() => server.gateway.meter.reset());

    it("starts at zero, and reading costs nothing", async () => {
      const nothing = { requests: 0, commands: 0, billedCommands: 0, bytesIn: 0, bytesOut: 0 };
      for (let i = 0; i < 3; i++) expect(await read()).toEqual(nothing);
    });

    it("one SET is one request, one command, one billed", async () => {
      const body = JSON.stringify(["SET", "key", "größer"]);
      const { text } = await server.wire.ask("/", { body });
      expect(await read()).toEqual({
        requests: 1,
        commands: 1,
        billedCommands: 1,
        bytesIn: Buffer.byteLength(body),
        bytesOut: Buffer.byteLength(text),
      });
    });

    describe.each([
      ["plain", SCRIPT],
      ["allow-key-locking", FLAGGED],
    ])("a %s script with TIME, GET and SET", (_, script) => {
      const keysAndArgs = ["1", "key", "value"];
      const load = async (): Promise<string> => {
        const { json } = await server.wire.run("SCRIPT", "LOAD", script);
        await server.gateway.meter.reset();
        return (json as { result: string }).result;
      };

      it("bills 4 by EVAL", async () => {
        for (let i = 1; i <= 3; i++) {
          await server.wire.run("EVAL", script, ...keysAndArgs);
          expect(await read()).toMatchObject({ requests: i, commands: i, billedCommands: 4 * i });
        }
      });

      it("bills 4 by EVALSHA", async () => {
        const sha = await load();
        await server.wire.run("EVALSHA", sha, ...keysAndArgs);
        expect(await read()).toMatchObject({ requests: 1, commands: 1, billedCommands: 4 });
      });

      it("bills each of them in a pipeline", async () => {
        const sha = await load();
        await server.wire.pipeline([
          ["EVALSHA", sha, ...keysAndArgs],
          ["EVAL", script, ...keysAndArgs],
          ["GET", "key"],
        ]);
        expect(await read()).toMatchObject({ requests: 1, commands: 3, billedCommands: 9 });
      });

      it("bills each of them in a transaction, and not the transaction", async () => {
        const sha = await load();
        await server.wire.multiExec([
          ["EVALSHA", sha, ...keysAndArgs],
          ["SET", "key", "value"],
        ]);
        expect(await read()).toMatchObject({ requests: 1, commands: 2, billedCommands: 5 });
      });
    });

    it("every call in a loop is billed", async () => {
      await server.wire.run("EVAL", "for i = 1, 10 do redis.call('INCR', KEYS[1]) end", "1", "count");
      expect(await billed()).toBe(11);
    });

    it("a call that fails inside redis.pcall is billed like any other", async () => {
      await server.gateway.command("SET", "text", "value");
      await server.wire.run("EVAL", "redis.pcall('INCR', KEYS[1]) return 1", "1", "text");
      expect(await billed()).toBe(2);
    });

    it("SCRIPT FLUSH bills 1 on every engine", async () => {
      await server.wire.run("SCRIPT", "FLUSH");
      expect(await billed()).toBe(1);
    });

    it("nothing is lost or counted twice under concurrency", async () => {
      const redis = redisClient(server, { enableAutoPipelining: false });
      await Promise.all(
        Array.from({ length: 60 }, (_, i) => (i % 6 === 0 ? read() : redis.eval(SCRIPT, ["key"], [`${i}`]))),
      );
      expect(await read()).toMatchObject({ requests: 50, commands: 50, billedCommands: 200 });
    });

    it("a refused request is a request, but bills nothing", async () => {
      await server.wire.as("wrong").run("SET", "key", "value");
      await server.wire.run("SELECT", "1");
      expect(await billed()).toBe(0);
    });

    it("commands of the gateway's owner, and its own, are not billed", async () => {
      await server.gateway.command("SET", "key", "value");
      await server.gateway.command("EVAL", SCRIPT, 1, "key", "value");
      await read();
      expect(await billed()).toBe(0);
    });

    it("faults bill what ran", async () => {
      server.gateway.faults.inject({ action: "drop-request" });
      await server.wire.run("SET", "key", "value").catch(() => {});
      expect(await billed()).toBe(0);
      server.gateway.faults.inject({ action: "duplicate" });
      await server.wire.run("SET", "key", "value");
      expect(await billed()).toBe(2);
      server.gateway.faults.inject({ action: "flush-scripts" });
      await server.wire.run("SET", "key", "value");
      expect(await billed()).toBe(3);
    });

    it("a stream is a request, and its lines are bytes out", async () => {
      const stream = await openStream(server.wire, "/subscribe/channel");
      await stream.lines(1);
      expect(await read()).toMatchObject({ requests: 1, bytesOut: Buffer.byteLength(stream.text) });
      await server.wire.run("PUBLISH", "channel", "message");
      await stream.lines(2);
      expect(await read()).toMatchObject({ requests: 2 });
      stream.leave();
    });

    it("goes on counting after the engine was restarted", async () => {
      await server.wire.run("SET", "key", "value");
      expect(await billed()).toBe(1);
      await server.gateway.engine.restart();
      await server.wire.run("SET", "key", "value");
      await server.wire.run("GET", "key");
      expect(await billed()).toBe(3);
    });

    it("is readable over HTTP with the admin token only", async () => {
      await server.wire.run("SET", "key", "value");
      const admin = server.wire.as(ADMIN);
      expect((await admin.ask("/admin/meter")).json).toMatchObject({ requests: 1, billedCommands: 1 });
      expect((await server.wire.ask("/admin/meter")).status).toBe(401);
      expect((await admin.ask("/admin/meter", { method: "DELETE" })).json).toMatchObject({ requests: 0 });
      expect((await read()).requests).toBe(0);
    });
  },
  { faults: true, adminToken: ADMIN },
);
