import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";

onEveryEngine("REST multi-exec", (server) => {
  it("rest 20: answers one result per command, in order", async () => {
    const { status, json } = await server.wire.multiExec([
      ["SET", "key", "value"],
      ["GET", "key"],
      ["GET", "none"],
      ["INCR", "n"],
    ]);
    expect(status).toBe(200);
    expect(json).toStrictEqual([{ result: "OK" }, { result: "value" }, { result: null }, { result: 1 }]);
  });

  it("rest 20: nothing of another request comes between", async () => {
    const writers = Array.from({ length: 40 }, (_, i) =>
      server.wire.multiExec([
        ["SET", "key", `${i}`],
        ["APPEND", "log", "."],
        ["GET", "key"],
        ["APPEND", "log", "."],
        ["GET", "key"],
      ]),
    );
    const intruders = Array.from({ length: 40 }, (_, i) =>
      i % 2
        ? server.wire.run("SET", "key", "intruder")
        : server.wire.pipeline([["SET", "key", "intruder"], ["PING"]]),
    );
    await Promise.all(intruders);
    for (const [i, { json }] of (await Promise.all(writers)).entries()) {
      const items = json as { result: unknown }[];
      expect([items[2]?.result, items[4]?.result]).toEqual([`${i}`, `${i}`]);
    }
  });

  it("rest 20: an error at run time sits in its item, the rest runs", async () => {
    const { status, json } = await server.wire.multiExec([
      ["SET", "key", "value"],
      ["INCR", "key"],
      ["APPEND", "key", "!"],
    ]);
    expect(status).toBe(200);
    expect(json).toStrictEqual([
      { result: "OK" },
      { error: "ERR value is not an integer or out of range" },
      { result: 6 },
    ]);
  });

  it("rest 20: scripts run in it, by source and by digest", async () => {
    const { json } = await server.wire.multiExec([
      ["EVAL", "return redis.call('INCR', KEYS[1])", "1", "n"],
      ["SCRIPT", "LOAD", "return 'loaded'"],
      ["EVALSHA", "0".repeat(40), "0"],
      ["GET", "n"],
    ]);
    expect(json).toEqual([
      { result: 1 },
      { result: expect.stringMatching(/^[\da-f]{40}$/) },
      { error: expect.stringMatching(/^NOSCRIPT /) },
      { result: "1" },
    ]);
  });

  describe("rest 21: what cannot be queued", () => {
    it.each([
      ["an unknown command", ["NO-SUCH-COMMAND", "x"], /^ERR unknown command/],
      ["a wrong number of arguments", ["GET"], /^ERR wrong number of arguments/],
      ["WATCH", ["WATCH", "key"], /^ERR /],
      ["MULTI inside", ["MULTI"], /^ERR /],
      ["EXEC inside", ["EXEC"], /^ERR /],
      ["DISCARD inside", ["DISCARD"], /^ERR /],
      ["SELECT", ["SELECT", "1"], /^ERR /],
      ["SUBSCRIBE", ["SUBSCRIBE", "channel"], /^ERR /],
      ["a blocking command", ["BLPOP", "list", "0"], /^ERR /],
    ])("rest 21: %s is 400 with one object, and nothing runs", async (_, command, text) => {
      const answer = await server.wire.multiExec([
        ["SET", "key", "value"],
        command,
        ["SET", "other", "value"],
      ]);
      expect(answer.status).toBe(400);
      expect(answer.json).toStrictEqual({ error: expect.stringMatching(text) });
      expect(await server.gateway.command("EXISTS", "key", "other")).toBe(0);
    });

    it("rest 21: the next transaction knows nothing of a discarded one", async () => {
      for (let i = 0; i < 10; i++) await server.wire.multiExec([["SET", "key", "value"], ["GET"]]);
      expect((await server.wire.multiExec([["GET", "key"], ["PING"]])).json).toEqual([
        { result: null },
        { result: "PONG" },
      ]);
    });
  });
});
