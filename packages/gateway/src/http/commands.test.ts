import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-client.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ maxRequestBytes: 4096 });
});
beforeEach(() => gateway.command("FLUSHALL"));
afterAll(() => gateway.close());

describe("POST / with a command as JSON", () => {
  test("answers with the result", async () => {
    expect(await gateway.post("/", ["set", "k", "v"])).toMatchObject({
      status: 200,
      text: '{"result":"OK"}',
    });
    expect(await gateway.post("/", ["GET", "k"])).toMatchObject({ status: 200, text: '{"result":"v"}' });
  });

  test("passes numbers on as they are spelt, words as words and null as null", async () => {
    await gateway.post("/", '["RPUSH","l",12345678901234567890,99.50,1e3,-0,true,false,null]');
    expect((await gateway.post("/", ["LRANGE", "l", 0, -1])).json).toEqual({
      result: ["12345678901234567890", "99.50", "1e3", "-0", "true", "false", "null"],
    });
  });

  test("prints integers with all 64 bits and leaves doubles as text", async () => {
    await gateway.post("/", ["SET", "n", "9223372036854775806"]);
    expect((await gateway.post("/", ["INCR", "n"])).text).toBe('{"result":9223372036854775807}');
    await gateway.post("/", ["ZADD", "z", 99.5, "m"]);
    expect((await gateway.post("/", ["ZSCORE", "z", "m"])).text).toBe('{"result":"99.5"}');
    // Text made of digits is still text.
    expect((await gateway.post("/", ["GET", "n"])).text).toBe('{"result":"9223372036854775807"}');
  });

  test("answers nil as null, hashes flat, cursors as text", async () => {
    expect((await gateway.post("/", ["GET", "missing"])).text).toBe('{"result":null}');
    await gateway.post("/", ["HSET", "h", "f", "v"]);
    expect((await gateway.post("/", ["HGETALL", "h"])).json).toEqual({ result: ["f", "v"] });
    expect((await gateway.post("/", ["SCAN", "0"])).json).toEqual({ result: ["0", ["h"]] });
  });

  test("puts U+FFFD for bytes that are no text", async () => {
    await gateway.post("/", ["SETBIT", "bits", 0, 1]);
    expect((await gateway.post("/", ["GET", "bits"])).json).toEqual({ result: "\ufffd" });
  });

  test("a failed command is 400 with the engine's line", async () => {
    await gateway.post("/", ["SET", "k", "v"]);
    expect(await gateway.post("/", ["LPUSH", "k", "x"])).toMatchObject({
      status: 400,
      json: { error: "WRONGTYPE Operation against a key holding the wrong kind of value" },
    });
    expect(await gateway.post("/", ["GET"])).toMatchObject({
      status: 400,
      json: { error: "ERR wrong number of arguments for 'get' command" },
    });
  });

  test.each([
    ["no JSON", "{nonsense"],
    ["no array", '{"a":1}'],
    ["an empty command", "[]"],
    ["an object as argument", '["SET","k",{"a":1}]'],
    ["an array as argument", '["SET","k",["a"]]'],
    ["nothing", ""],
    ["an empty name", '[""]'],
  ])("%s is 400 with JSON", async (_name, body) => {
    const { status, json } = await gateway.post("/", body);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(/^ERR /) });
  });

  test("a body over the limit is 413 with JSON, with and without a length", async () => {
    const large = JSON.stringify(["SET", "k", "x".repeat(5000)]);
    expect(await gateway.post("/", large)).toMatchObject({
      status: 413,
      json: { error: expect.stringContaining("4096") },
    });
    const stream = new Blob([large]).stream();
    const streamed = await gateway.send("POST", "/", { body: stream, duplex: "half" } as RequestInit);
    expect(streamed).toMatchObject({ status: 413, json: { error: expect.stringContaining("4096") } });
    expect(await gateway.result("EXISTS", "k")).toBe(0);
  });

  test("every answer is JSON with a sync token of its own", async () => {
    const answers = [
      await gateway.post("/", ["PING"]),
      await gateway.post("/", ["NOPE"]),
      await gateway.send("DELETE", "/"),
      await gateway.post("/", ["PING"], { "upstash-sync-token": "whatever" }),
      await gateway.post("/", ["PING"], { authorization: "Bearer wrong" }),
    ];
    for (const { headers } of answers) expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(new Set(answers.map(({ headers }) => headers.get("upstash-sync-token"))).size).toBe(
      answers.length,
    );
  });
});

describe("path style", () => {
  test("segments are arguments, decoded", async () => {
    expect((await gateway.send("GET", "/set/a%2Fb%20c/v%C3%A9")).text).toBe('{"result":"OK"}');
    expect(await gateway.result("GET", "a/b c")).toBe("vé");
    expect((await gateway.send("GET", "/get/a%2Fb%20c")).json).toEqual({ result: "vé" });
  });

  test("the body is the last argument, raw, and query words follow it", async () => {
    const bytes = new Uint8Array([0, 255, 10, 13]);
    await gateway.send("POST", "/set/bin?EX=100&NX", { body: bytes });
    const { json } = await gateway.send("GET", "/get/bin", { headers: { "upstash-encoding": "base64" } });
    expect(json).toEqual({ result: Buffer.from(bytes).toString("base64") });
    expect(await gateway.result("TTL", "bin")).toBe(100);
    expect((await gateway.send("PUT", "/set/bin?NX", { body: "again" })).json).toEqual({ result: null });
  });

  test("bytes that are no UTF-8 arrive as they are", async () => {
    await gateway.send("GET", "/set/raw/%FF%00");
    expect((await gateway.post("/", ["GET", "raw"], { "upstash-encoding": "base64" })).json).toEqual({
      result: "/wA=",
    });
  });

  test("an empty segment is an empty argument", async () => {
    await gateway.send("GET", "/set/empty/");
    expect(await gateway.result("STRLEN", "empty")).toBe(0);
    expect(await gateway.result("EXISTS", "empty")).toBe(1);
  });

  test("a malformed percent sign and an empty path are 400", async () => {
    expect(await gateway.send("GET", "/get/%zz")).toMatchObject({ status: 400 });
    expect(await gateway.send("GET", "/")).toMatchObject({
      status: 400,
      json: { error: "ERR empty command" },
    });
  });

  test("HEAD is GET without a body", async () => {
    expect(await gateway.send("HEAD", "/ping")).toMatchObject({ status: 200, text: "" });
  });
});

describe("reply formats", () => {
  const base64 = { "upstash-encoding": "base64" };

  test("base64 covers every string but an OK that is the whole result", async () => {
    expect((await gateway.post("/", ["SET", "k", "OK"], base64)).json).toEqual({ result: "OK" });
    expect((await gateway.post("/", ["PING"], base64)).json).toEqual({ result: btoa("PONG") });
    expect((await gateway.post("/", ["MGET", "k", "none"], base64)).json).toEqual({
      result: [btoa("OK"), null],
    });
    expect((await gateway.post("/", ["INCR", "n"], base64)).json).toEqual({ result: 1 });
    expect((await gateway.post("/", ["GET"], base64)).json).toEqual({
      error: "ERR wrong number of arguments for 'get' command",
    });
    const nested = await gateway.post("/", ["EVAL", "return {{ok='OK'}, {'a', {'b'}}}", 0], base64);
    expect(nested.json).toEqual({ result: ["T0s=", ["YQ==", ["Yg=="]]] });
  });

  test("resp2 gives the bytes a TCP client would read", async () => {
    const resp2 = { "upstash-response-format": "resp2" };
    const set = await gateway.post("/", ["SET", "k", "v"], resp2);
    expect(set.headers.get("content-type")).toBe("application/octet-stream");
    expect(set.text).toBe("+OK\r\n");
    expect((await gateway.post("/", ["GET", "k"], resp2)).text).toBe("$1\r\nv\r\n");
    expect((await gateway.post("/", ["STRLEN", "k"], resp2)).text).toBe(":1\r\n");
    const many = await gateway.post("/pipeline", [["GET", "no"], ["MGET", "k", "no"], ["GET"]], resp2);
    expect(many.text).toBe(
      "$-1\r\n*2\r\n$1\r\nv\r\n$-1\r\n-ERR wrong number of arguments for 'get' command\r\n",
    );
    expect((await gateway.post("/multi-exec", [["GET", "k"]], resp2)).json).toEqual([{ result: "v" }]);
    expect(await gateway.post("/", ["GET"], resp2)).toMatchObject({ status: 400 });
  });

  test("other formats, and resp2 with base64, are 400", async () => {
    expect(await gateway.post("/", ["PING"], { "upstash-response-format": "resp3" })).toMatchObject({
      status: 400,
    });
    const both = { ...base64, "upstash-response-format": "resp2" };
    expect(await gateway.post("/", ["PING"], both)).toMatchObject({
      status: 400,
      json: { error: expect.any(String) },
    });
  });
});
