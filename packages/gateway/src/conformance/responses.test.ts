import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import type { Answer } from "./wire.ts";

onEveryEngine("REST responses", (server) => {
  /** One answer of every kind and status. */
  const answers = (): Promise<Answer[]> =>
    Promise.all([
      server.wire.run("PING"),
      server.wire.run("NO-SUCH-COMMAND"),
      server.wire.run("SELECT", "1"),
      server.wire.ask("/", { body: "no json" }),
      server.wire.ask("/no/such/path"),
      server.wire.as("wrong").run("PING"),
      server.wire.ask("/ping", { method: "DELETE" }),
      server.wire.pipeline([["PING"], ["NO-SUCH-COMMAND"]]),
      server.wire.pipeline("no json"),
      server.wire.multiExec([["PING"]]),
      server.wire.multiExec([["NO-SUCH-COMMAND"]]),
      server.wire.ask("/", { body: ["ECHO", "x".repeat(2 ** 20)] }),
    ]);

  it("rest 7, 16: every answer is JSON and says so, on every status", async () => {
    const all = await answers();
    expect(all.map(({ status }) => status)).toEqual([
      200, 400, 400, 400, 400, 401, 405, 200, 400, 200, 400, 413,
    ]);
    for (const { headers, json } of all) {
      expect(headers.get("content-type")).toMatch(/^application\/json/);
      expect(json).toBeTypeOf("object");
    }
  });

  it("rest 8: a success has a result and nothing else", async () => {
    const { status, json } = await server.wire.run("SET", "key", "value");
    expect(status).toBe(200);
    expect(json).toStrictEqual({ result: "OK" });
    expect((await server.wire.run("GET", "no-key")).text).toBe('{"result":null}');
  });

  it("rest 8, 9: a failed command is 400, has an error and no result key", async () => {
    await server.wire.run("SET", "key", "value");
    const { status, json } = await server.wire.run("LPUSH", "key", "value");
    expect(status).toBe(400);
    expect(Object.keys(json as object)).toEqual(["error"]);
  });

  describe("rest 10: the error is the server's line with its code", () => {
    it.each([
      [["LPUSH", "string", "x"], "WRONGTYPE Operation against a key holding the wrong kind of value"],
      [["INCR", "string"], "ERR value is not an integer or out of range"],
      [["EVAL", "return redis.error_reply('MYCODE went wrong')", "0"], "MYCODE went wrong"],
      [["SET", "string"], "ERR wrong number of arguments for 'set' command"],
      [["EXPIRE", "string", "1.5"], "ERR value is not an integer or out of range"],
    ])("rest 10: %j", async (command, text) => {
      await server.wire.run("SET", "string", "value");
      expect((await server.wire.run(...command)).json).toEqual({ error: text });
      expect((await server.wire.run64(...command)).json, "never in base64").toEqual({ error: text });
      const [item] = (await server.wire.pipeline([command], { "Upstash-Encoding": "base64" }))
        .json as unknown[];
      expect(item).toEqual({ error: text });
    });

    it("rest 10: an unknown command is named", async () => {
      const { json } = await server.wire.run("NO-SUCH-COMMAND", "x");
      expect(json).toEqual({ error: expect.stringMatching(/^ERR unknown command 'NO-SUCH-COMMAND'/) });
    });
  });

  it("rest 11: NOSCRIPT has the same text on every engine and every path", async () => {
    const error = "NOSCRIPT No matching script. Please use EVAL.";
    const command = ["EVALSHA", "0".repeat(40), "0"];
    expect(await server.wire.run(...command)).toMatchObject({ status: 400, json: { error } });
    expect((await server.wire.run("evalsha_ro", "0".repeat(40), "0")).json).toEqual({ error });
    expect((await server.wire.pipeline([command])).json).toEqual([{ error }]);
    expect((await server.wire.multiExec([command])).json).toEqual([{ error }]);
  });

  it("rest 13: without base64 strings are UTF-8, with U+FFFD for bytes that are none", async () => {
    await server.wire.ask("/set/key", { body: Uint8Array.of(0x61, 0xff, 0xc3, 0xa9) });
    expect((await server.wire.run("GET", "key")).json).toEqual({ result: "a\ufffdé" });
    expect((await server.wire.run("MGET", "key", "none")).json).toEqual({ result: ["a\ufffdé", null] });
  });

  describe("rest 15: upstash-sync-token", () => {
    it("rest 15: is on every answer, with a new value each time", async () => {
      const tokens = (await answers()).map(({ headers }) => headers.get("upstash-sync-token"));
      expect(tokens.every((token) => token)).toBe(true);
      expect(new Set(tokens).size).toBe(tokens.length);
    });

    it.each(["", "a-token-of-another-server", "x".repeat(500)])(
      "rest 15: accepts %j from the client",
      async (token) => {
        const answer = await server.wire.ask("/", {
          body: ["PING"],
          headers: { "upstash-sync-token": token },
        });
        expect(answer).toMatchObject({ status: 200, json: { result: "PONG" } });
      },
    );
  });

  it("rest 7: an answer that leaves the body unread does not fail the request after it", async () => {
    // A client answers a failed connection by sending everything again, five times.
    const large = { body: ["ECHO", "x".repeat(2 ** 21)] };
    for (let i = 0; i < 10; i++) {
      expect((await server.wire.ask("/", large)).status).toBe(413);
      expect((await server.wire.as("wrong").ask("/", large)).status).toBe(401);
      expect((await server.wire.run("PING")).json).toEqual({ result: "PONG" });
    }
  });

  it("rest 16: telemetry headers are ignored", async () => {
    const headers = {
      "Upstash-Telemetry-Sdk": "@upstash/redis@1.39.0, @upstash/ratelimit@2.2.0",
      "Upstash-Telemetry-Runtime": "node@24",
      "Upstash-Telemetry-Platform": "unknown",
      "Upstash-Telemetry-Retry": "1",
    };
    expect(await server.wire.ask("/", { body: ["PING"], headers })).toMatchObject({
      json: { result: "PONG" },
    });
  });
});
