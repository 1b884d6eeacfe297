import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-client.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
beforeEach(() => gateway.command("FLUSHALL"));
afterAll(() => gateway.close());

describe("/pipeline", () => {
  test("one failure stops nothing and each item has one key", async () => {
    const { status, json } = await gateway.post("/pipeline", [
      ["SET", "k", "v"],
      ["NOPE"],
      ["GET"],
      ["LPUSH", "k", "x"],
      ["BLPOP", "k", 0],
      ["GET", "k"],
    ]);
    expect(status).toBe(200);
    expect(json).toEqual([
      { result: "OK" },
      { error: expect.stringMatching(/^ERR unknown command/) },
      { error: "ERR wrong number of arguments for 'get' command" },
      { error: expect.stringMatching(/^WRONGTYPE/) },
      { error: expect.stringMatching(/^ERR Command is not available: 'BLPOP'/) },
      { result: "v" },
    ]);
  });

  test("carries 1,000 commands in order", async () => {
    const commands = Array.from({ length: 1000 }, () => ["INCR", "n"]);
    const { json } = await gateway.post("/pipeline", commands);
    expect((json as { result: number }[]).map(({ result }) => result)).toEqual(commands.map((_, i) => i + 1));
  });

  test.each(["{", '{"a":1}', '["GET","k"]', "[[]]"])("%s is 400 with one object", async (body) => {
    expect(await gateway.post("/pipeline", body)).toMatchObject({
      status: 400,
      json: { error: expect.any(String) },
    });
  });

  test("nothing to do is an empty array", async () => {
    expect((await gateway.post("/pipeline", [])).json).toEqual([]);
    expect((await gateway.post("/multi-exec", [])).json).toEqual([]);
  });
});

describe("/multi-exec", () => {
  test("a run-time error sits in its item and the rest runs", async () => {
    const { status, json } = await gateway.post("/multi-exec", [
      ["SET", "k", "1"],
      ["LPUSH", "k", "x"],
      ["INCR", "k"],
    ]);
    expect(status).toBe(200);
    expect(json).toEqual([{ result: "OK" }, { error: expect.stringMatching(/^WRONGTYPE/) }, { result: 2 }]);
  });

  test.each([
    ["an unknown command", ["NOPE"], /^ERR unknown command/],
    ["wrong arity", ["GET"], /^ERR wrong number of arguments for 'get' command$/],
    ["a blocking command", ["BLPOP", "l", "0"], /^ERR Command is not available: 'BLPOP'/],
    ["a command of the connection", ["SELECT", "1"], /^ERR Command is not available: 'SELECT'/],
    ["MULTI inside", ["MULTI"], /^ERR Command is not available: 'MULTI'/],
  ])("%s discards the whole with one object and 400", async (_name, bad, error) => {
    const { status, json } = await gateway.post("/multi-exec", [["SET", "k", "1"], bad]);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(error) });
    expect(await gateway.result("EXISTS", "k")).toBe(0);
    // The connection it ran on is clean for the next one.
    expect((await gateway.post("/multi-exec", [["GET", "k"]])).json).toEqual([{ result: null }]);
  });

  test("nothing of another request comes between", async () => {
    // Each transaction moves a counter away from zero and back; anyone in between would see it.
    const excursions = Array.from({ length: 30 }, () =>
      gateway.post("/multi-exec", [
        ["INCR", "n"],
        ["INCR", "n"],
        ["DECRBY", "n", 2],
      ]),
    );
    const looks = Array.from({ length: 30 }, () => gateway.post("/", ["GET", "n"]));
    for (const { json } of await Promise.all(looks))
      expect([null, "0"]).toContain((json as { result: unknown }).result);
    for (const { json } of await Promise.all(excursions))
      expect(json).toEqual([{ result: 1 }, { result: 2 }, { result: 0 }]);
  });
});
