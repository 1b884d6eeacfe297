import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type RedisServer, redisServerPath, startRedisServer } from "./index.ts";

const servers: RedisServer[] = [];

async function start(...options: Parameters<typeof startRedisServer>): Promise<RedisServer> {
  const server = await startRedisServer(...options);
  servers.push(server);
  return server;
}

/** Sends inline commands and answers what came back when the server hung up. */
async function ask(port: number, ...commands: string[]): Promise<string[]> {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("utf8");
  socket.end([...commands, "QUIT", ""].join("\r\n"));
  let replies = "";
  for await (const text of socket) replies += text;
  return replies.split("\r\n").slice(0, -2);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

// Where the binary is missing the reason is told by `npm test` itself, before any suite runs.
describe.skipIf(redisServerPath() === null)("startRedisServer", () => {
  it("answers at once, on a loopback port of its own, and saves nothing", async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.port).not.toBe(two.port);
    expect(one.url).toBe(`redis://127.0.0.1:${one.port}`);
    expect(await ask(one.port, "PING", "CONFIG GET save")).toEqual(["+PONG", "*2", "$4", "save", "$0", ""]);
    expect(await ask(one.port, "INFO server")).toContain(`process_id:${one.pid}`);
  });

  it("stop ends the process, removes its data and may be called twice", async () => {
    const server = await start();
    const folder = (await ask(server.port, "CONFIG GET dir"))[4] ?? "";
    expect(existsSync(folder)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
    await expect(server.restart()).rejects.toThrow("stopped");
  });

  it("restarts on the same port with its data after a crash", async () => {
    const server = await start({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    const before = server.pid;
    await ask(server.port, "SET k v");
    await server.kill();
    expect(isAlive(before)).toBe(false);
    await server.restart();
    expect(server.pid).not.toBe(before);
    expect(await ask(server.port, "GET k")).toEqual(["$1", "v"]);
  });

  it("restarts a server that is frozen", async () => {
    const server = await start();
    await server.kill("SIGSTOP");
    await server.restart();
    expect(await ask(server.port, "PING")).toEqual(["+PONG"]);
  });

  it("names the reason when it cannot start", async () => {
    await expect(startRedisServer({ args: ["--no-such-option", "1"] })).rejects.toThrow("no-such-option");
  });

  it("does not take another process on the wanted port for its own", async () => {
    const other = createServer((socket) => socket.on("error", () => {}).end("+PONG\r\nprocess_id:1\r\n"));
    await once(other.listen(0, "127.0.0.1"), "listening");
    const { port } = other.address() as { port: number };
    try {
      await expect(startRedisServer({ port })).rejects.toThrow("in use");
    } finally {
      other.close();
    }
  });

  it("leaves no process and no folder when the test process is killed", async () => {
    const entry = JSON.stringify(new URL("./index.ts", import.meta.url).href);
    const code = `import { startRedisServer } from ${entry};
      const server = await startRedisServer();
      console.log(server.pid + " " + server.port);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const [pid = 0, port = 0] = line.toString().trim().split(" ").map(Number);
    const folder = (await ask(port, "CONFIG GET dir"))[4] ?? "";
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]), 5_000);
  });
});
