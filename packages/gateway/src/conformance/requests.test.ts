import { describe, expect, it } from "vitest";
import { onEveryEngine, TOKEN } from "./engines.ts";

onEveryEngine("REST requests", (server) => {
  describe("rest 1: authorization", () => {
    it("rest 1: takes the token as bearer header or as _token in the query", async () => {
      expect((await server.wire.run("PING")).json).toEqual({ result: "PONG" });
      const nameless = server.wire.as(undefined);
      expect((await nameless.ask(`/?_token=${TOKEN}`, { body: ["PING"] })).json).toEqual({ result: "PONG" });
      expect((await nameless.ask(`/ping?_token=${TOKEN}`)).json).toEqual({ result: "PONG" });
    });

    it.each([
      ["no token", undefined, "/"],
      ["a wrong token", "wrong", "/"],
      ["a token that only begins right", TOKEN.slice(0, -1), "/"],
      ["an empty token in the query", undefined, "/?_token="],
      ["a wrong token in the query", undefined, "/?_token=wrong"],
    ])("rest 1: %s is 401 with a JSON error", async (_, token, path) => {
      const answer = await server.wire.as(token).ask(path, { body: ["PING"] });
      expect(answer.status).toBe(401);
      expect(answer.json).toEqual({ error: expect.any(String) });
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    });

    it("rest 1: another scheme than Bearer is 401", async () => {
      const headers = { authorization: `Basic ${TOKEN}` };
      expect((await server.wire.ask("/ping", { headers })).status).toBe(401);
    });

    it("rest 1: the token is checked before the body and the path", async () => {
      const stranger = server.wire.as("wrong");
      expect((await stranger.ask("/", { body: "no json" })).status).toBe(401);
      expect((await stranger.ask("/no/such/path")).status).toBe(401);
      expect((await stranger.ask("/%E0%A4%A")).status).toBe(401);
      expect((await stranger.ask("/pipeline", { body: "x".repeat(2_000_000) })).status).toBe(401);
    });

    it("rest 1: an unauthorized command does not run, and the answer does not repeat the token", async () => {
      const answer = await server.wire.as("wrong-secret").run("SET", "key", "value");
      expect(answer.text).not.toContain("wrong-secret");
      expect(await server.gateway.command("EXISTS", "key")).toBe(0);
    });
  });

  describe("rest 2: methods", () => {
    it("rest 2: GET, POST and PUT run a command", async () => {
      expect((await server.wire.ask("/set/key/value")).json).toEqual({ result: "OK" });
      expect((await server.wire.ask("/", { method: "PUT", body: ["GET", "key"] })).json).toEqual({
        result: "value",
      });
      expect((await server.wire.ask("/", { method: "POST", body: ["GET", "key"] })).json).toEqual({
        result: "value",
      });
    });

    it("rest 2: HEAD is GET without a body", async () => {
      const answer = await server.wire.ask("/set/key/head", { method: "HEAD" });
      expect(answer).toMatchObject({ status: 200, text: "" });
      expect(await server.gateway.command("GET", "key")).toBe("head");
      expect((await server.wire.ask("/no-such-command", { method: "HEAD" })).status).toBe(400);
    });

    it.each(["DELETE", "PATCH"])("rest 2: %s is 405 with a JSON error and runs nothing", async (method) => {
      for (const path of ["/set/key/value", "/", "/pipeline", "/subscribe/channel"]) {
        const answer = await server.wire.ask(path, { method });
        expect(answer.status, path).toBe(405);
        expect(answer.json, path).toEqual({ error: expect.any(String) });
      }
      expect(await server.gateway.command("EXISTS", "key")).toBe(0);
    });
  });

  describe("rest 3: bodies", () => {
    it("rest 3: POST / is one command as a JSON array", async () => {
      expect((await server.wire.run("SET", "key", "value", "EX", "100")).json).toEqual({ result: "OK" });
      expect((await server.wire.run("TTL", "key")).json).toEqual({ result: 100 });
    });

    it("rest 3: a thousand commands in one request answer in their order", async () => {
      const commands = Array.from({ length: 1_000 }, (_, i) =>
        i % 2 ? ["INCR", "count"] : ["ECHO", `${i}`],
      );
      const expected = commands.map((_, i) => ({ result: i % 2 ? (i + 1) / 2 : `${i}` }));
      expect((await server.wire.pipeline(commands)).json).toEqual(expected);
      await server.gateway.command("DEL", "count");
      expect((await server.wire.multiExec(commands)).json).toEqual(expected);
    });

    it.each([
      ["no JSON", "{"],
      ["an empty body", ""],
      ["an object", "{}"],
      ["a string", '"PING"'],
      ["null", "null"],
      ["an empty array", "[]"],
    ])("rest 3: %s is 400 with one JSON error", async (_, body) => {
      const answer = await server.wire.ask("/", { method: "POST", body });
      expect(answer.status).toBe(400);
      expect(answer.json).toEqual({ error: expect.any(String) });
    });
  });

  describe("rest 6: commands that are bound to a connection", () => {
    it.each([
      [["SELECT", "1"]],
      [["MULTI"]],
      [["EXEC"]],
      [["DISCARD"]],
      [["WATCH", "key"]],
      [["UNWATCH"]],
      [["SUBSCRIBE", "channel"]],
      [["PSUBSCRIBE", "pattern*"]],
      [["SSUBSCRIBE", "channel"]],
      [["UNSUBSCRIBE"]],
      [["MONITOR"]],
      [["CLIENT", "REPLY", "OFF"]],
      [["client", "reply", "skip"]],
      [["CLIENT", "TRACKING", "ON"]],
      [["CLIENT", "PAUSE", "60000"]],
      [["HELLO", "3"]],
      [["RESET"]],
      [["QUIT"]],
      [["AUTH", "password"]],
      [["SYNC"]],
      [["SHUTDOWN", "NOSAVE"]],
      [["DEBUG", "SLEEP", "0"]],
    ])("rest 6: %j is refused with 400 and leaves the shared connection as it was", async (command) => {
      const refused = await server.wire.run(...command);
      expect(refused.status).toBe(400);
      expect(refused.json).toEqual({ error: expect.stringMatching(/^ERR /) });
      expect((await server.wire.run("SET", "key", "value")).json).toEqual({ result: "OK" });
      expect(await server.gateway.command("GET", "key")).toBe("value");
    });

    it("rest 6: they are refused in a pipeline too, and only they", async () => {
      const { status, json } = await server.wire.pipeline([
        ["SELECT", "1"],
        ["SET", "key", "value"],
        ["MULTI"],
        ["GET", "key"],
      ]);
      expect(status).toBe(200);
      const refused = { error: expect.stringMatching(/^ERR /) };
      expect(json).toEqual([refused, { result: "OK" }, refused, { result: "value" }]);
      expect(await server.gateway.command("GET", "key")).toBe("value");
    });

    it.each([
      [["BLPOP", "list", "0"]],
      [["brpop", "list", "5"]],
      [["BLMOVE", "list", "other", "LEFT", "RIGHT", "0"]],
      [["BZPOPMIN", "set", "0"]],
      [["XREAD", "BLOCK", "0", "STREAMS", "stream", "$"]],
    ])("rest 6: %j does not block; it is refused with 400", async (command) => {
      const answer = await server.wire.ask("/", { body: command, signal: AbortSignal.timeout(3_000) });
      expect(answer.status).toBe(400);
      expect(answer.json).toEqual({ error: expect.stringMatching(/^ERR /) });
    });

    it("rest 6: XREAD without BLOCK runs, even where a stream is called block", async () => {
      await server.wire.run("XADD", "block", "1-1", "field", "value");
      const { json } = await server.wire.run("XREAD", "COUNT", "10", "STREAMS", "block", "0");
      expect(json).toEqual({ result: [["block", [["1-1", ["field", "value"]]]]] });
    });

    it("rest 6: WAIT has a connection of its own, so that nobody stands behind it", async () => {
      const waiting = server.wire.pipeline([
        ["SET", "key", "value"],
        ["WAIT", "1", "2000"],
      ]);
      let waited = false;
      void waiting.then(() => {
        waited = true;
      });
      await expect
        .poll(() => server.gateway.command("GET", "key"), { timeout: 1_800, interval: 10 })
        .toBe("value");
      expect((await server.wire.run("PING")).json).toEqual({ result: "PONG" });
      expect(waited).toBe(false);
      expect((await waiting).json).toEqual([{ result: "OK" }, { result: 0 }]);
    });
  });
});
