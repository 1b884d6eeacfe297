import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { openStream } from "./sse-stream.ts";

const tokens = [
  { name: "app", token: "token-of-app", access: "full" },
  { name: "batch", token: "token-of-batch", access: "full" },
  { name: "dashboard", token: "token-of-dashboard", access: "read-only" },
] as const;

onEveryEngine(
  "REST tokens",
  (server) => {
    const app = () => server.wire.as("token-of-app");
    const dashboard = () => server.wire.as("token-of-dashboard");

    it("rest 1: every named token is accepted", async () => {
      await app().run("SET", "key", "value");
      for (const { token } of tokens) {
        expect((await server.wire.as(token).run("GET", "key")).json).toEqual({ result: "value" });
      }
      expect((await server.wire.run("PING")).status).toBe(401);
    });

    describe("a read-only token", () => {
      it.each([
        [["SET", "key", "new"]],
        [["del", "key"]],
        [["EXPIRE", "key", "1"]],
        [["FLUSHALL"]],
        [["CONFIG", "SET", "maxmemory", "1"]],
        [["EVAL", "return redis.call('SET', KEYS[1], 'new')", "1", "key"]],
        [["SCRIPT", "FLUSH"]],
        [["PUBLISH", "channel", "x"]],
      ])("may not %j", async (command) => {
        await app().run("SET", "key", "value");
        const { status, json } = await dashboard().run(...command);
        expect(status).toBe(400);
        expect(json).toEqual({ error: expect.stringMatching(/^NOPERM /) });
        expect(await server.gateway.command("GET", "key")).toBe("value");
      });

      it("is held to it in a pipeline and in a transaction", async () => {
        await app().run("SET", "key", "value");
        const commands = [
          ["SET", "key", "new"],
          ["GET", "key"],
        ];
        const { json } = await dashboard().pipeline(commands);
        expect(json).toEqual([{ error: expect.stringMatching(/^NOPERM /) }, { result: "value" }]);
        expect((await dashboard().multiExec(commands)).status).toBe(400);
        expect(await server.gateway.command("GET", "key")).toBe("value");
      });

      it("cannot write through EVAL_RO", async () => {
        const { status, json } = await dashboard().run(
          "EVAL_RO",
          "return redis.call('SET', KEYS[1], 'new')",
          "1",
          "key",
        );
        expect(status).toBe(400);
        expect(json).toEqual({ error: expect.any(String) });
        expect(await server.gateway.command("EXISTS", "key")).toBe(0);
      });

      it("may subscribe", async () => {
        const stream = await openStream(dashboard(), "/subscribe/channel");
        expect(await stream.lines(1)).toEqual(["subscribe,channel,1"]);
        stream.leave();
      });
    });
  },
  { tokens },
);
