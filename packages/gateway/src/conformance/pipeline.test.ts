import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";

onEveryEngine("REST pipeline", (server) => {
  it("rest 18: answers one result per command, in order", async () => {
    const { status, json } = await server.wire.pipeline([
      ["SET", "key", "value"],
      ["GET", "key"],
      ["STRLEN", "key"],
    ]);
    expect(status).toBe(200);
    expect(json).toStrictEqual([{ result: "OK" }, { result: "value" }, { result: 5 }]);
  });

  it.each([
    ["a failing command", ["LPUSH", "key", "x"]],
    ["an unknown command", ["NO-SUCH-COMMAND"]],
    ["a wrong number of arguments", ["GET"]],
    ["an unsupported command", ["WATCH", "key"]],
    ["an unknown script", ["EVALSHA", "0".repeat(40), "0"]],
    ["a script that fails", ["EVAL", "return redis.call('INCR', 'key')", "0"]],
    ["a script that does not compile", ["EVAL", "return +", "0"]],
  ])("rest 18: %s stops nothing and has the error in its place", async (_, command) => {
    const { status, json } = await server.wire.pipeline([["SET", "key", "value"], command, ["GET", "key"]]);
    expect(status).toBe(200);
    expect(json).toStrictEqual([{ result: "OK" }, { error: expect.any(String) }, { result: "value" }]);
  });

  it("rest 18: an item has one key only, null results included", async () => {
    const { text } = await server.wire.pipeline([
      ["GET", "none"],
      ["INCR", "none"],
    ]);
    expect(text).toBe('[{"result":null},{"result":1}]');
  });

  it("rest 18: a pipeline in which all fail is still 200", async () => {
    const { status, json } = await server.wire.pipeline([["GET"], ["NO-SUCH-COMMAND"]]);
    expect(status).toBe(200);
    expect(json).toHaveLength(2);
  });

  describe("rest 19: malformed bodies", () => {
    it.each([
      ["no JSON", "[[1,"],
      ["an empty body", ""],
      ["an object", { commands: [] }],
      ["a command instead of commands", ["GET", "key"]],
      ["a string among the commands", [["SET", "key", "value"], "GET key"]],
      [
        "an object among the arguments",
        [
          ["SET", "key", "value"],
          ["SET", "key", { a: 1 }],
        ],
      ],
      ["null", "null"],
    ])("rest 19: %s is 400 with one object, and nothing runs", async (_, body) => {
      for (const path of ["/pipeline", "/multi-exec"]) {
        const answer = await server.wire.ask(path, { method: "POST", body });
        expect(answer.status, path).toBe(400);
        expect(answer.json, path).toStrictEqual({ error: expect.any(String) });
      }
      expect(await server.gateway.command("EXISTS", "key")).toBe(0);
    });
  });
});
