import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway } from "../index.ts";
import { startTestGateway, type TestGateway } from "../test-client.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    tokens: [
      { name: "api", token: "test-token", access: "full" },
      { name: "jobs", token: "jobs-token", access: "full" },
      { name: "browser", token: "reader-token", access: "read-only" },
    ],
  });
  await gateway.post("/", ["SET", "k", "v"]);
});
afterAll(() => gateway.close());

const as = (token: string) => ({ authorization: `Bearer ${token}` });

describe("tokens", () => {
  test("a wrong or missing token is 401 with JSON, before body and path are looked at", async () => {
    const wrong = [as("nope"), { authorization: "Basic test-token" }, { authorization: "" }];
    for (const headers of wrong) {
      expect(await gateway.post("/no/such/path?%", "{broken", headers)).toMatchObject({
        status: 401,
        json: { error: "Unauthorized" },
      });
    }
    expect(
      (await fetch(`${gateway.url}/subscribe/ch`, { headers: { accept: "text/event-stream" } })).status,
    ).toBe(401);
  });

  test("the query can carry it and it is no argument", async () => {
    const response = await fetch(`${gateway.url}/get/k?_token=test-token`);
    expect(await response.json()).toEqual({ result: "v" });
    expect((await fetch(`${gateway.url}/get/k?_token=nope`)).status).toBe(401);
  });

  test("each named token works", async () => {
    expect(await gateway.post("/", ["GET", "k"], as("jobs-token"))).toMatchObject({ status: 200 });
  });

  test("other methods are 405", async () => {
    for (const method of ["DELETE", "PATCH"]) {
      expect(await gateway.send(method, "/get/k")).toMatchObject({
        status: 405,
        json: { error: expect.any(String) },
      });
    }
  });

  test("a token given twice, an empty one, or none is refused at the start", async () => {
    const twice = { name: "a", token: "same", access: "full" } as const;
    await expect(startGateway({ port: 0, tokens: [twice, twice] })).rejects.toThrow(/twice/);
    await expect(startGateway({ port: 0, tokens: "" })).rejects.toThrow(/empty/);
    await expect(startGateway({ port: 0, tokens: [] })).rejects.toThrow(/at least one/);
  });
});

describe("a read-only token", () => {
  const read = (...command: (string | number)[]) => gateway.post("/", command, as("reader-token"));

  test.each([
    [["GET", "k"]],
    [["TTL", "k"]],
    [["PING"]],
    [["TIME"]],
    [["EXISTS", "k"]],
    [["EVAL_RO", "return redis.call('GET', KEYS[1])", "1", "k"]],
  ])("may %j", async (command) => {
    expect(await read(...command)).toMatchObject({ status: 200 });
  });

  test.each([
    [["SET", "k", "w"]],
    [["DEL", "k"]],
    [["EVAL", "return 1", "0"]],
    [["EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0"]],
    [["SCRIPT", "LOAD", "return 1"]],
    [["FLUSHALL"]],
    [["PUBLISH", "c", "m"]],
    [["CONFIG", "SET", "maxmemory", "1"]],
    [["SCAN", "0"]],
    [["KEYS", "*"]],
    [["GETEX", "k", "EX", "1"]],
  ])("may not %j", async (command) => {
    expect(await read(...command)).toMatchObject({
      status: 400,
      json: {
        error: `NOPERM this user has no permissions to run the '${command[0]?.toLowerCase()}' command or its subcommand`,
      },
    });
  });

  test("may not write inside EVAL_RO, a pipeline or a transaction, nor monitor", async () => {
    const script = await read("EVAL_RO", "return redis.call('SET', KEYS[1], 'w')", 1, "k");
    expect(script).toMatchObject({ status: 400 });
    const pipeline = await gateway.post(
      "/pipeline",
      [
        ["GET", "k"],
        ["SET", "k", "w"],
      ],
      as("reader-token"),
    );
    expect(pipeline.json).toEqual([{ result: "v" }, { error: expect.stringMatching(/^NOPERM/) }]);
    expect(await gateway.post("/multi-exec", [["SET", "k", "w"]], as("reader-token"))).toMatchObject({
      status: 400,
    });
    expect(await gateway.post("/monitor", "", as("reader-token"))).toMatchObject({ status: 400 });
    expect(await gateway.result("GET", "k")).toBe("v");
  });
});

describe("commands no HTTP request can carry", () => {
  test.each([
    [["SELECT", "1"]],
    [["MULTI"]],
    [["EXEC"]],
    [["WATCH", "k"]],
    [["SUBSCRIBE", "c"]],
    [["CLIENT", "REPLY", "OFF"]],
    [["AUTH", "x"]],
    [["QUIT"]],
    [["MONITOR"]],
    [["BLPOP", "l", "0"]],
    [["BLMOVE", "a", "b", "LEFT", "LEFT", "0"]],
    [["XREAD", "BLOCK", "0", "STREAMS", "s", "$"]],
    [["SHUTDOWN"]],
    [["DEBUG", "SLEEP", "1"]],
  ])("%j is refused with Upstash's text", async (command) => {
    expect(await gateway.post("/", command)).toMatchObject({
      status: 400,
      json: {
        error: `ERR Command is not available: '${command[0]}'. See https://upstash.com/docs/redis/overall/rediscompatibility for details`,
      },
    });
    expect(await gateway.result("GET", "k")).toBe("v");
  });

  test("XREAD without BLOCK is fine, even of a key named block", async () => {
    expect(await gateway.post("/", ["XREAD", "STREAMS", "block", "0"])).toMatchObject({ status: 200 });
  });

  test("WAIT waits without holding up others", async () => {
    const waiting = gateway.post("/", ["WAIT", 1, 400]);
    const started = performance.now();
    await gateway.result("GET", "k");
    expect(performance.now() - started).toBeLessThan(300);
    expect((await waiting).json).toEqual({ result: 0 });
  });
});

describe("browsers", () => {
  test("a preflight is granted with the headers it asks for", async () => {
    const response = await fetch(gateway.url, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,upstash-encoding,upstash-telemetry-sdk",
      },
    });
    expect(response.ok).toBe(true);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-headers")).toContain("upstash-encoding");
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
  });

  test("answers, failed ones included, can be read and show the sync token", async () => {
    for (const headers of [as("test-token"), as("nope")]) {
      const { headers: sent } = await gateway.post("/", ["PING"], {
        ...headers,
        origin: "https://app.example",
      });
      expect(sent.get("access-control-allow-origin")).toBe("*");
      expect(sent.get("access-control-expose-headers")).toContain("upstash-sync-token");
    }
  });
});
