import { createHash } from "node:crypto";
import { engines } from "@holdfast/testing/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-client.ts";

const FLAG = "#!lua flags=allow-key-locking\n";
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
const refused = (key: string) =>
  `ERR Dynamic keys are not allowed in Lua scripts when 'allow-key-locking' flag is set. Key was: ${key}`;

describe.each(engines())("allow-key-locking on $name", ({ start }) => {
  let gateway: TestGateway;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const engine = await start();
    stop = engine.stop;
    gateway = await startTestGateway(engine);
  });
  beforeEach(async () => {
    await gateway.command("FLUSHALL");
    await gateway.command("SCRIPT", "FLUSH");
  });
  afterAll(async () => {
    await gateway?.close();
    await stop?.();
  });

  const run = async (body: string, keys: string[] = ["k"], args: string[] = []) => {
    const { json } = await gateway.post("/", ["EVAL", FLAG + body, keys.length, ...keys, ...args]);
    return json as { result?: unknown; error?: string };
  };

  test.each([
    "return redis.call('SET', KEYS[1], 'v')",
    "return redis.call('SET', 'k', 'v')",
    "return redis.call('S' .. 'ET', KEYS[1], 'v')",
    "local r = redis.pcall('INCR', KEYS[1]) return r",
    "redis.call('PUBLISH', 'any-channel', 'm') return redis.call('TIME')[1]",
    "redis.call('ZADD', KEYS[1], 1, 'a') return redis.call('ZUNIONSTORE', KEYS[1], 1, KEYS[1], 'WEIGHTS', 2)",
    "redis.call('XADD', KEYS[1], '*', 'a', 'b') return redis.call('XREAD', 'COUNT', 1, 'STREAMS', KEYS[1], '0')",
    "redis.call('RPUSH', KEYS[1], '2', '1') return redis.call('SORT', KEYS[1], 'LIMIT', 0, 1)",
    "redis.call('SET', KEYS[1], 'v') return redis.call('OBJECT', 'ENCODING', KEYS[1])",
    "return redis.sha1hex('') .. cjson.encode({1}) .. _VERSION .. type(_G.redis.call)",
  ])("allows %s", async (body) => {
    expect(await run(body)).toHaveProperty("result");
  });

  test.each([
    ["return redis.call('GET', 'other')", "other"],
    ["return redis.call('get', 'other')", "other"],
    ["return redis.call('G' .. 'ET', 'other')", "other"],
    ["return redis.call('M' .. 'GET', KEYS[1], 'other')", "other"],
    ["return redis.call('MGET', KEYS[1], 'other')", "other"],
    ["return redis.call('MSET', KEYS[1], 1, 'other', 2)", "other"],
    ["return redis.call('DEL', KEYS[1], 'b', 'c')", "b"],
    ["return redis.call('GET', 7)", "7"],
    ["return redis.call('RENAME', KEYS[1], 'other')", "other"],
    ["return redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[1], 'other')", "other"],
    ["return redis.call('ZINTER', 1, 'other')", "other"],
    ["return redis.call('SINTERCARD', 2, KEYS[1], 'other')", "other"],
    ["return redis.call('LMPOP', 1, 'other', 'LEFT')", "other"],
    ["return redis.call('XREAD', 'STREAMS', KEYS[1], 'other', '0', '0')", "other"],
    ["return redis.call('OBJECT', 'ENCODING', 'other')", "other"],
    ["return redis.call('BITOP', 'NOT', KEYS[1], 'other')", "other"],
    ["return redis.call('SORT', KEYS[1], 'STORE', 'other')", "other"],
    ["return redis.call('SORT', KEYS[1], 'BY', 'w_*')", "w_*"],
    ["return redis.call('GEORADIUS', KEYS[1], 0, 0, 1, 'm', 'STORE', 'other')", "other"],
    ["return redis.call('PFCOUNT', KEYS[1], 'other')", "other"],
    ["return redis.call('COPY', KEYS[1], 'other')", "other"],
    // Ways around the check.
    ["return _G.redis.call('GET', 'other')", "other"],
    ["local c = redis.call return c('GET', 'other')", "other"],
    ["KEYS[2] = 'other' return redis.call('GET', 'other')", "other"],
    ["local f = function() return redis.call('GET', 'other') end return f()", "other"],
  ])("rejects %s", async (body, key) => {
    const { error } = await run(body);
    expect(error?.startsWith(refused(key))).toBe(true);
    expect(await gateway.command("DBSIZE")).toBe(0);
  });

  test.each([
    "return getmetatable(redis).__index.call('GET', 'other')",
    "redis.call = nil return redis.call('GET', 'other')",
    "rawset(redis, 'call', nil) return redis.call('GET', 'other')",
    "_G.redis = nil return _G.redis.call('GET', 'other')",
    "return rawget(_G, 'redis').call('GET', 'other')",
    "setmetatable(redis, nil) return redis.call('GET', 'other')",
    "return loadstring(\"return redis.call('GET', 'other')\")()",
    "return redis.call('FLUSHALL')",
    "return redis.call('FLUSHDB')",
    "return redis.call('KEYS', '*')",
    "return redis.call('SCAN', '0')",
    "return redis.call('RANDOMKEY')",
  ])("does not let through %s", async (body) => {
    await gateway.command("SET", "kept", "v");
    expect(await run(body)).toEqual({ error: expect.any(String) });
    expect(await gateway.command("EXISTS", "kept")).toBe(1);
  });

  test("pcall gets the refusal as a value", async () => {
    expect(await run("return redis.pcall('GET', 'other').err")).toEqual({ result: refused("other") });
  });

  test("other flags stay in force", async () => {
    const script = "#!lua flags=no-writes,allow-key-locking\nreturn redis.call('SET', KEYS[1], 'v')";
    expect(await gateway.post("/", ["EVAL", script, 1, "k"])).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining("Write commands are not allowed from read-only scripts") },
    });
  });

  test("lines keep their numbers", async () => {
    const { error } = await run("local a = 1\nlocal b = 2\nerror('here')");
    expect(error).toContain("user_script:4: here");
  });

  test("EVAL_RO carries it too", async () => {
    const script = `${FLAG}return redis.call('GET', KEYS[1])`;
    expect(await gateway.post("/", ["EVAL_RO", script, 1, "k"])).toMatchObject({ json: { result: null } });
  });

  describe("digests are those of the script the client wrote", () => {
    const script = `${FLAG}return redis.call('INCR', KEYS[1])`;
    const evalsha = () => gateway.post("/", ["EVALSHA", sha1(script), 1, "k"]);
    const missing = { status: 400, json: { error: "NOSCRIPT No matching script. Please use EVAL." } };

    test("EVAL, then EVALSHA", async () => {
      expect(await evalsha()).toMatchObject(missing);
      expect(await gateway.result("EVAL", script, 1, "k")).toBe(1);
      expect(await evalsha()).toMatchObject({ json: { result: 2 } });
    });

    test("SCRIPT LOAD and SCRIPT EXISTS", async () => {
      expect(await gateway.result("SCRIPT", "EXISTS", sha1(script))).toEqual([0]);
      expect(await gateway.result("SCRIPT", "LOAD", script)).toBe(sha1(script));
      expect(await gateway.result("script", "exists", sha1(script).toUpperCase(), sha1("x"))).toEqual([1, 0]);
      expect(await evalsha()).toMatchObject({ json: { result: 1 } });
    });

    test("a flush by a client or in the engine itself is NOSCRIPT afterwards", async () => {
      await gateway.result("SCRIPT", "LOAD", script);
      await gateway.result("SCRIPT", "FLUSH");
      expect(await evalsha()).toMatchObject(missing);
      await gateway.result("SCRIPT", "LOAD", script);
      await gateway.command("SCRIPT", "FLUSH");
      expect(await evalsha()).toMatchObject(missing);
    });

    test("in a pipeline and in a transaction", async () => {
      const commands = [
        ["SCRIPT", "LOAD", script],
        ["EVALSHA", sha1(script), 1, "k"],
      ];
      expect((await gateway.post("/pipeline", commands)).json).toEqual([
        { result: sha1(script) },
        { result: 1 },
      ]);
      expect((await gateway.post("/multi-exec", commands)).json).toEqual([
        { result: sha1(script) },
        { result: 2 },
      ]);
    });

    test("a script that does not compile is an error and no known digest", async () => {
      const broken = `${FLAG}return (`;
      expect(await gateway.post("/", ["SCRIPT", "LOAD", broken])).toMatchObject({ status: 400 });
      expect(await gateway.result("SCRIPT", "EXISTS", sha1(broken))).toEqual([0]);
    });
  });

  test("a script without the flag runs as it is", async () => {
    const plain = "return redis.call('GET', 'undeclared')";
    expect(await gateway.result("SCRIPT", "LOAD", plain)).toBe(sha1(plain));
    expect(await gateway.command("SCRIPT", "EXISTS", sha1(plain))).toEqual([1]);
    expect(await gateway.result("EVALSHA", sha1(plain), 0)).toBe(null);
  });

  test("is billed like the same script without it", async () => {
    const body = "redis.call('SET', KEYS[1], 1) return redis.call('INCR', KEYS[1])";
    for (const script of [body, FLAG + body]) {
      await gateway.meter.reset();
      await gateway.result("EVAL", script, 1, "k");
      expect(await gateway.meter.read()).toMatchObject({ requests: 1, commands: 1, billedCommands: 3 });
    }
  });
});
