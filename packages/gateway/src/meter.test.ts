import { engines } from "@holdfast/testing/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AUTH, startTestGateway, type TestGateway } from "./test-client.ts";

describe.each(engines())("the meter on $name", ({ start }) => {
  let gateway: TestGateway;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const engine = await start();
    stop = engine.stop;
    gateway = await startTestGateway({ ...engine, adminToken: "admin-token" });
  });
  beforeEach(async () => {
    await gateway.command("FLUSHALL");
    await gateway.meter.reset();
  });
  afterAll(async () => {
    await gateway?.close();
    await stop?.();
  });

  test("starts from zero, whatever the engine did before", async () => {
    expect(await gateway.meter.read()).toEqual({
      requests: 0,
      commands: 0,
      billedCommands: 0,
      bytesIn: 0,
      bytesOut: 0,
    });
  });

  test("a script is billed itself and for every call inside it", async () => {
    await gateway.result(
      "EVAL",
      "for i = 1, 5 do redis.call('INCR', KEYS[1]) end return redis.call('GET', KEYS[1])",
      1,
      "k",
    );
    expect(await gateway.meter.read()).toMatchObject({ requests: 1, commands: 1, billedCommands: 7 });
  });

  test("pipelines and transactions count their commands, not what holds them together", async () => {
    await gateway.post("/pipeline", [["SET", "k", 1], ["INCR", "k"], ["NOPE"]]);
    await gateway.post("/multi-exec", [
      ["INCR", "k"],
      ["EVAL", "return redis.call('GET', KEYS[1])", 1, "k"],
    ]);
    await gateway.post("/multi-exec", [["INCR", "k"], ["NOPE"]]);
    expect(await gateway.meter.read()).toMatchObject({ requests: 3, commands: 7, billedCommands: 5 });
  });

  test("refused commands, WAIT's own look and tests' direct commands cost nothing", async () => {
    await gateway.post("/", ["BLPOP", "l", 0]);
    await gateway.post("/", ["WAIT", 0, 1]);
    await gateway.command("SET", "direct", 1);
    await gateway.command("EVAL", "redis.call('INCR', 'direct') return redis.call('INCR', 'direct')", 0);
    await expect(gateway.command("NOPE")).rejects.toThrow(/^ERR unknown command/);
    await expect(gateway.command("EVAL", "return (", 0)).rejects.toThrow(/compil/);
    expect(await gateway.command("GET", "direct")).toBe("3");
    expect(await gateway.meter.read()).toMatchObject({ requests: 2, commands: 2, billedCommands: 1 });
  });

  test("emptying the scripts is one command, whatever the engine reads meanwhile", async () => {
    await gateway.result("SCRIPT", "FLUSH");
    await gateway.result("FUNCTION", "FLUSH");
    await gateway.command("SCRIPT", "FLUSH");
    expect(await gateway.meter.read()).toMatchObject({ commands: 2, billedCommands: 2 });
  });

  test("counts bytes of bodies both ways, event streams included", async () => {
    await gateway.post("/", '["GET","k"]');
    expect(await gateway.meter.read()).toMatchObject({ bytesIn: 11, bytesOut: '{"result":null}'.length });
    const leaving = new AbortController();
    const stream = await fetch(`${gateway.url}/subscribe/c`, {
      headers: { ...AUTH, accept: "text/event-stream" },
      signal: leaving.signal,
    });
    await stream.body?.getReader().read();
    leaving.abort();
    expect(await gateway.meter.read()).toMatchObject({
      requests: 2,
      commands: 2,
      billedCommands: 2,
      bytesOut: 15 + 21,
    });
  });

  test("goes on counting over a restart of the engine", async () => {
    await gateway.result("SET", "k", 1);
    await gateway.engine.restart();
    await gateway.result("SET", "k", 1);
    expect(await gateway.meter.read()).toMatchObject({ requests: 2, commands: 2, billedCommands: 2 });
  });

  test("can be read and reset over HTTP with the admin token only", async () => {
    await gateway.result("PING");
    const admin = { authorization: "Bearer admin-token" };
    expect((await gateway.send("GET", "/admin/meter", { headers: admin })).json).toMatchObject({
      requests: 1,
    });
    expect((await gateway.send("DELETE", "/admin/meter", { headers: admin })).json).toMatchObject({
      requests: 0,
    });
    expect(await gateway.send("GET", "/admin/meter")).toMatchObject({
      status: 401,
      json: { error: "Unauthorized" },
    });
    expect((await gateway.post("/", ["PING"], admin)).status).toBe(401);
  });
});

test("without an admin token there is nothing at /admin", async () => {
  const gateway = await startTestGateway();
  try {
    for (const path of ["/admin/meter", "/admin/faults", "/admin"]) {
      expect(await gateway.send("GET", path)).toMatchObject({
        status: 404,
        json: { error: expect.any(String) },
      });
    }
  } finally {
    await gateway.close();
  }
});
