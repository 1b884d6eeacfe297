import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";

const flagged = (body: string): string => `#!lua flags=allow-key-locking\n${body}`;
const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

onEveryEngine("allow-key-locking: a key that is not in KEYS is an error", (server) => {
  const evaluate = (body: string, keys: string[] = [], args: string[] = []) =>
    server.wire.run("EVAL", flagged(body), `${keys.length}`, ...keys, ...args);
  const untouched = async (...keys: string[]): Promise<void> => {
    expect(await server.gateway.command("EXISTS", ...keys)).toBe(0);
  };

  it.each([
    ["a fixed name", "return redis.call('SET', 'other', '1')"],
    ["read only", "return redis.call('GET', 'other')"],
    ["a name from ARGV", "return redis.call('SET', ARGV[1], '1')"],
    ["a dynamic name", "return redis.call('SET', KEYS[1] .. ':other', '1')"],
    [
      "a dynamic name, after a good call",
      "redis.call('GET', KEYS[1]) return redis.call('SET', KEYS[1] .. ':other', '1')",
    ],
    ["one key of several", "return redis.call('MSET', KEYS[1], '1', 'other', '2')"],
    ["the last of several", "return redis.call('DEL', KEYS[1], KEYS[1], 'other')"],
    ["a destination", "return redis.call('SUNIONSTORE', 'other', KEYS[1])"],
    ["a source", "return redis.call('COPY', 'other', KEYS[1])"],
    ["keys behind a count", "return redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[1], 'other')"],
    ["keys behind a keyword", "return redis.call('XREAD', 'COUNT', 1, 'STREAMS', KEYS[1], 'other', 0, 0)"],
    ["a key after a subcommand", "return redis.call('OBJECT', 'ENCODING', 'other')"],
    ["a key in STORE", "return redis.call('SORT', KEYS[1], 'STORE', 'other')"],
    ["a pattern of keys", "return redis.call('SORT', KEYS[1], 'BY', 'other:*')"],
    ["a search through all keys", "return redis.call('SCAN', 0)"],
    ["all keys", "return redis.call('FLUSHALL')"],
    ["lower case", "return redis.call('set', 'other', '1')"],
    ["a number as name", "return redis.call('INCR', 8)"],
  ])("%s", async (_, body) => {
    await server.gateway.command("SET", "lock:other", "outside");
    const { status, json } = await evaluate(body, ["lock"], ["other"]);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(/^ERR .*allow-key-locking/) });
    expect(await server.gateway.command("KEYS", "*"), "nothing was written").toEqual(["lock:other"]);
  });

  it("over EVALSHA too", async () => {
    const script = flagged("return redis.call('SET', ARGV[1], '1')");
    await server.wire.run("SCRIPT", "LOAD", script);
    expect((await server.wire.run("EVALSHA", sha1(script), "1", "mine", "mine")).json).toEqual({
      result: "OK",
    });
    const refused = await server.wire.run("EVALSHA", sha1(script), "1", "mine", "other");
    expect(refused).toMatchObject({ status: 400, json: { error: expect.stringMatching(/^ERR /) } });
    await untouched("other");
  });

  it("redis.pcall gets the error as a value", async () => {
    const { json } = await evaluate("local r = redis.pcall('SET', 'other', '1') return {type(r), r.err}", [
      "mine",
    ]);
    expect(json).toEqual({ result: ["table", expect.stringMatching(/^ERR .*allow-key-locking/)] });
    const passed = await evaluate("return redis.pcall('SET', 'other', '1')", ["mine"]);
    expect(passed).toMatchObject({ status: 400, json: { error: expect.stringMatching(/^ERR /) } });
    await untouched("other");
  });

  it("Lua's own pcall catches the error, and still nothing is written", async () => {
    const body =
      "local ok = pcall(redis.call, 'SET', 'other', '1') return {ok and 1 or 0, redis.call('INCR', KEYS[1])}";
    expect((await evaluate(body, ["mine"])).json).toEqual({ result: [0, 1] });
    await untouched("other");
  });

  it.each([
    ["an alias", "local call = redis.call; return call('SET', 'other', '1')"],
    ["an index", "return redis['call']('SET', 'other', '1')"],
    ["the global table", "return _G.redis.call('SET', 'other', '1')"],
    ["the global table, raw", "return rawget(_G, 'redis').call('SET', 'other', '1')"],
    ["the environment", "return getfenv().redis.call('SET', 'other', '1')"],
    ["the outer environment", "return getfenv(0).redis.call('SET', 'other', '1')"],
    ["code from text", "return loadstring(\"return redis.call('SET', 'other', '1')\")()"],
    [
      "code from a function",
      "local s = \"return redis.call('SET', 'other', '1')\" return load(function() local t = s s = nil return t end)()",
    ],
    ["a coroutine", "return coroutine.wrap(function() return redis.call('SET', 'other', '1') end)()"],
    ["changed KEYS", "KEYS[2] = 'other' return redis.call('SET', 'other', '1')"],
    ["Valkey's name", "return server.call('SET', 'other', '1')"],
    ["a metatable", "return getmetatable(redis).__index.call('SET', 'other', '1')"],
    [
      "a replaced string function",
      "string.lower = function() return 'ping' end return redis.call('SET', 'other', '1')",
    ],
    ["a check set to nil", "redis.call = nil return redis.call('SET', 'other', '1')"],
    ["a removed check", "rawset(redis, 'call', nil) return redis.call('SET', 'other', '1')"],
  ])("is not got round by %s", async (_, body) => {
    expect((await evaluate(body, ["mine"])).status).toBe(400);
    await untouched("other");
  });
});
