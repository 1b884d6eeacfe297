import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { engines, realRedis, startRedisServer } from "@holdfast/testing/node";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type GatewayOptions, startGateway } from "../index.ts";
import { startTestGateway, type TestGateway, untilBusy } from "../test-client.ts";

const ENDLESS = "while true do end";
const open: TestGateway[] = [];
const start = async (options: GatewayOptions = {}) => {
  const gateway = await startTestGateway(options);
  open.push(gateway);
  return gateway;
};
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

/** Process ids of the embedded engines that `parent` has started. */
const enginesOf = (parent: number): number[] =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, ...args]) => Number(ppid) === parent && args.join(" ").includes("embedded-process"))
    .map(([pid]) => Number(pid));

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("the embedded engine", () => {
  test("that dies fails the request in flight with 503 and serves the next one", async () => {
    const gateway = await start();
    const before = enginesOf(process.pid);
    const inFlight = gateway.post("/", ["EVAL", ENDLESS, 0]);
    await untilBusy(gateway);
    for (const pid of before) process.kill(pid, "SIGKILL");
    expect(await inFlight).toMatchObject({
      status: 503,
      json: { error: expect.stringMatching(/^ERR the engine/) },
    });
    expect(await gateway.post("/", ["SET", "k", "v"])).toMatchObject({ status: 200 });
    expect(enginesOf(process.pid)).not.toEqual(before);
  });

  test("survives dying again and again", async () => {
    const gateway = await start();
    for (let i = 0; i < 3; i++) {
      for (const pid of enginesOf(process.pid)) process.kill(pid, "SIGKILL");
      await vi.waitFor(async () => expect((await gateway.post("/", ["PING"])).status).toBe(200), {
        timeout: 10_000,
      });
    }
  });

  test("held by a script without an end is replaced, and everyone gets an answer", async () => {
    const gateway = await start({ engineTimeoutMs: 300 });
    await gateway.result("SET", "k", "v");
    const answers = await Promise.all([
      gateway.post("/", ["EVAL", ENDLESS, 0]),
      gateway.post("/", ["GET", "k"]),
      gateway.post("/multi-exec", [["GET", "k"]]),
    ]);
    for (const { status, json } of answers) {
      expect(status).toBe(503);
      expect(json).toEqual({ error: expect.any(String) });
    }
    await vi.waitFor(
      async () => expect((await gateway.post("/", ["GET", "k"])).json).toEqual({ result: null }),
      {
        timeout: 10_000,
      },
    );
  });

  test("a WAIT longer than the engine's time costs that request only", async () => {
    const gateway = await start({ engineTimeoutMs: 300 });
    await gateway.result("SET", "k", "v");
    expect((await gateway.post("/", ["WAIT", 1, 60_000])).status).toBe(503);
    expect(await gateway.result("GET", "k")).toBe("v");
  });

  test("restart() gives an empty one and NOSCRIPT", async () => {
    const gateway = await start();
    await gateway.result("SET", "k", "v");
    const digest = await gateway.result("SCRIPT", "LOAD", "return 1");
    await gateway.engine.restart();
    expect(await gateway.result("GET", "k")).toBe(null);
    await expect(gateway.result("EVALSHA", String(digest), 0)).rejects.toThrow(
      "NOSCRIPT No matching script. Please use EVAL.",
    );
  });

  test("goes when its parent is killed, even in the middle of an endless script", async () => {
    const parent: ChildProcess = fork(fileURLToPath(new URL("./orphan-parent.ts", import.meta.url)), {
      execArgv: ["--no-warnings"],
    });
    await once(parent, "message");
    const engines = enginesOf(parent.pid as number);
    expect(engines).toHaveLength(1);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(engines.filter(alive)).toEqual([]), { timeout: 5000, interval: 20 });
  });
});

describe.each(engines())("closing a gateway on $name", ({ start: startEngine }) => {
  test("leaves no process, no socket, and may be done twice", async () => {
    const engine = await startEngine();
    const gateway = await startGateway({ port: 0, ...engine });
    const { port } = gateway;
    await Promise.all([gateway.close(), gateway.close()]);
    expect(enginesOf(process.pid)).toEqual([]);
    const refused = await once(connect(port, "127.0.0.1"), "connect").catch((error: Error) => error);
    expect(refused).toMatchObject({ code: "ECONNREFUSED" });
    await engine.stop();
  });
});

describe.skipIf(realRedis() === null)("a Redis by URL", () => {
  test("may want a password and a database, neither of which costs clients anything", async () => {
    await using server = await startRedisServer({ args: ["--requirepass", "pass word"] });
    const url = (database: number) => `redis://:pass%20word@127.0.0.1:${server.port}/${database}`;
    const third = await start({ redisUrl: url(3) });
    const first = await start({ redisUrl: url(0) });
    expect(await third.result("SET", "k", "v")).toBe("OK");
    expect((await third.post("/multi-exec", [["GET", "k"]])).json).toEqual([{ result: "v" }]);
    expect(await first.result("GET", "k")).toBe(null);
    await first.meter.reset();
    await third.meter.reset();
    await third.post("/multi-exec", [
      ["GET", "k"],
      ["GET", "k"],
    ]);
    expect(await third.meter.read()).toMatchObject({ commands: 2, billedCommands: 2 });
  });

  test("that goes away answers 503 until it is back, with nothing sent twice", async () => {
    await using server = await startRedisServer();
    const gateway = await start({ redisUrl: server.url });
    await gateway.result("INCR", "n");
    await server.kill();
    expect(await gateway.post("/", ["INCR", "n"])).toMatchObject({
      status: 503,
      json: { error: expect.stringMatching(/^ERR the engine/) },
    });
    await server.restart();
    expect(await gateway.result("INCR", "n")).toBe(1);
    expect((await gateway.post("/multi-exec", [["INCR", "n"]])).json).toEqual([{ result: 2 }]);
  });

  test("held by an endless script fails requests in time, and serves again when the script is gone", async () => {
    await using server = await startRedisServer({ args: ["--busy-reply-threshold", "100"] });
    const gateway = await start({ redisUrl: server.url, engineTimeoutMs: 300 });
    expect(await gateway.post("/", ["EVAL", ENDLESS, 0])).toMatchObject({ status: 503 });
    // The script is the owner's to kill: it may be another client's.
    expect(await gateway.post("/", ["SCRIPT", "KILL"])).toMatchObject({ json: { result: "OK" } });
    await vi.waitFor(async () => expect(await gateway.result("PING")).toBe("PONG"));
  });
});

test("a Redis that nobody can reach fails the start without telling its password", async () => {
  const failure = await startGateway({ port: 0, redisUrl: "redis://user:hunter2@127.0.0.1:1" }).catch(
    (error) => error,
  );
  expect(failure).toMatchObject({ name: "EngineUnavailableError" });
  expect(String(failure.stack)).not.toContain("hunter2");
});

test("a taken port fails the start and leaves no engine", async () => {
  const gateway = await start();
  await expect(startGateway({ port: gateway.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(enginesOf(process.pid)).toHaveLength(1);
});
