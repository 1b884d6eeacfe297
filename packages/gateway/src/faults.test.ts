import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startGateway } from "./index.ts";
import { AUTH, startTestGateway, type TestGateway } from "./test-client.ts";

let gateway: TestGateway;
const admin = { authorization: "Bearer admin-token" };
beforeAll(async () => {
  gateway = await startTestGateway({ faults: true, adminToken: "admin-token" });
});
beforeEach(async () => {
  gateway.faults.clear();
  await gateway.command("FLUSHALL");
});
afterAll(() => gateway.close());

const incr = () => gateway.post("/", ["INCR", "n"]);
const count = async () => Number(await gateway.command("GET", "n"));

test("drop-reply runs the command and answers nothing, once", async () => {
  gateway.faults.inject({ action: "drop-reply" });
  await expect(incr()).rejects.toThrow();
  expect(await count()).toBe(1);
  expect((await incr()).json).toEqual({ result: 2 });
});

test("drop-request runs nothing", async () => {
  gateway.faults.inject({ action: "drop-request", times: 2 });
  await expect(incr()).rejects.toThrow();
  await expect(incr()).rejects.toThrow();
  expect((await incr()).json).toEqual({ result: 1 });
});

test("hang answers nothing until the client leaves, having run the command or not", async () => {
  const hanging = async () => {
    const request = fetch(gateway.url, {
      method: "POST",
      headers: AUTH,
      body: '["INCR","n"]',
      signal: AbortSignal.timeout(150),
    });
    await expect(request).rejects.toThrow(/timeout/);
  };
  gateway.faults.inject({ action: "hang" });
  await hanging();
  expect(await count()).toBe(0);
  gateway.faults.inject({ action: "hang", afterExecuting: true });
  await hanging();
  expect(await count()).toBe(1);
});

test("duplicate runs twice and answers with the first reply", async () => {
  gateway.faults.inject({ action: "duplicate" });
  expect((await incr()).json).toEqual({ result: 1 });
  expect(await count()).toBe(2);
});

test("status answers with JSON and the headers given, and runs nothing", async () => {
  gateway.faults.inject({ action: "status", status: 429, headers: { "retry-after": "7" } });
  const { status, headers, json } = await incr();
  expect(status).toBe(429);
  expect(headers.get("retry-after")).toBe("7");
  expect(json).toEqual({ error: expect.any(String) });
  expect(await count()).toBe(0);
});

test("delays hold the request before, or the reply after, it runs", async () => {
  gateway.faults.inject({ action: "delay-request", delayMs: 200 });
  const early = incr();
  expect(await count()).toBe(0);
  expect((await early).json).toEqual({ result: 1 });

  gateway.faults.inject({ action: "delay-reply", delayMs: 200 });
  const started = performance.now();
  expect((await incr()).json).toEqual({ result: 2 });
  expect(performance.now() - started).toBeGreaterThanOrEqual(198);
});

test("flush-scripts comes before the request", async () => {
  const digest = await gateway.result("SCRIPT", "LOAD", "return 1");
  gateway.faults.inject({ action: "flush-scripts" });
  expect((await gateway.post("/", ["EVALSHA", String(digest), 0])).json).toEqual({
    error: "NOSCRIPT No matching script. Please use EVAL.",
  });
});

test("`when` picks requests, also inside pipelines, and `injected` counts what hit", async () => {
  const before = gateway.faults.injected;
  gateway.faults.inject({
    action: "status",
    times: Number.POSITIVE_INFINITY,
    when: ({ path, commands }) =>
      path === "/pipeline" && commands.some(([name, key]) => name === "INCR" && key === "n"),
  });
  expect((await incr()).status).toBe(200);
  expect((await gateway.post("/pipeline", [["GET", "n"]])).status).toBe(200);
  for (let i = 0; i < 3; i++)
    expect(
      (
        await gateway.post("/pipeline", [
          ["GET", "x"],
          ["INCR", "n"],
        ])
      ).status,
    ).toBe(503);
  expect(gateway.faults.injected - before).toBe(3);
  gateway.faults.clear();
  expect((await gateway.post("/pipeline", [["INCR", "n"]])).status).toBe(200);
});

test("latency holds everything, one half each way", async () => {
  gateway.faults.latency({ requestMs: 40, replyMs: 60 });
  const started = performance.now();
  await incr();
  const took = performance.now() - started;
  expect(took).toBeGreaterThanOrEqual(98);
  expect(took).toBeLessThan(180);
});

describe("over HTTP", () => {
  const inject = (fault: unknown, headers: Record<string, string> = admin) =>
    gateway.post("/admin/faults", fault, headers);

  test("the admin token can inject and clear, by command name", async () => {
    expect((await inject({ action: "status", status: 500, times: "Infinity", command: "incr" })).status).toBe(
      200,
    );
    expect((await gateway.post("/", ["GET", "n"])).status).toBe(200);
    expect((await incr()).status).toBe(500);
    const { json } = await gateway.send("DELETE", "/admin/faults", { headers: admin });
    expect(json).toEqual({ injected: gateway.faults.injected });
    expect((await incr()).status).toBe(200);
  });

  test("clients cannot, and nonsense is 400", async () => {
    expect((await inject({ action: "drop-reply" }, {})).status).toBe(401);
    expect((await inject({ action: "explode" })).status).toBe(400);
    expect((await inject("{")).status).toBe(400);
    expect((await inject("null")).status).toBe(400);
    expect((await inject({ action: "status", times: -1 })).status).toBe(400);
    expect((await incr()).status).toBe(200);
  });

  test("the admin token alone opens nothing on a gateway without faults", async () => {
    const plain = await startTestGateway({ adminToken: "admin-token" });
    try {
      expect((await plain.post("/admin/faults", { action: "drop-reply" }, admin)).status).toBe(404);
      expect(() => plain.faults.inject({ action: "drop-reply" })).toThrow(/faults are off/);
      expect(() => plain.faults.latency({ requestMs: 1, replyMs: 1 })).toThrow(/faults are off/);
      expect((await plain.post("/", ["PING"])).status).toBe(200);
    } finally {
      await plain.close();
    }
  });
});

test("latencyMs at the start needs faults: true", async () => {
  await expect(startGateway({ port: 0, latencyMs: 10 })).rejects.toThrow(/faults: true/);
});

test("closing ends requests that hang or are delayed", async () => {
  const other = await startTestGateway({ faults: true });
  other.faults.inject({ action: "hang", when: ({ path }) => path === "/a" });
  other.faults.inject({ action: "delay-reply", delayMs: 60_000, when: ({ path }) => path === "/ping" });
  const stuck = [other.send("GET", "/a"), other.send("GET", "/ping")].map((request) =>
    request.catch(() => "cut"),
  );
  await expect.poll(() => other.faults.injected).toBe(2);
  await other.close();
  expect(await Promise.all(stuck)).toEqual(["cut", "cut"]);
});
