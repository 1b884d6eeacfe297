import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { startTestGateway } from "./test-client.ts";

const CLI = fileURLToPath(new URL("./cli.ts", import.meta.url));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** Runs the command line until it ends or, for a gateway, until it says where it listens. */
const run = (args: string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ["--no-warnings", CLI, ...args], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  const url = async () => {
    await expect.poll(() => /UPSTASH_REDIS_REST_TOKEN=/.test(out), { timeout: 10_000 }).toBe(true);
    return /UPSTASH_REDIS_REST_URL=(\S+)/.exec(out)?.[1] as string;
  };
  return { child, ended, url, out: () => out, err: () => err };
};

const ping = (url: string, token: string) =>
  fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: '["PING"]' });

test("starts with the default token and says what to use", async () => {
  const cli = run(["--port", "0"]);
  const url = await cli.url();
  expect(cli.out()).toContain("UPSTASH_REDIS_REST_TOKEN=local-token");
  expect((await ping(url, "local-token")).status).toBe(200);
});

test("takes tokens from options and environment and never prints them", async () => {
  const cli = run(["--port", "0", "--read-only-token", "reader-secret", "--admin-token", "admin-secret"], {
    UPSTASH_REDIS_REST_TOKEN: "env-secret",
  });
  const url = await cli.url();
  expect((await ping(url, "env-secret")).status).toBe(200);
  expect((await ping(url, "reader-secret")).status).toBe(200);
  expect((await ping(url, "local-token")).status).toBe(401);
  const meter = await fetch(`${url}/admin/meter`, { headers: { authorization: "Bearer admin-secret" } });
  expect(meter.status).toBe(200);
  expect(cli.out() + cli.err()).not.toContain("secret");
});

describe("ends", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("with 0 on %s, streams open or not", async (signal) => {
    const cli = run(["--port", "0"]);
    const url = await cli.url();
    const stream = await fetch(`${url}/subscribe/c?_token=local-token`);
    cli.child.kill(signal);
    expect(await cli.ended).toBe(0);
    await stream.body?.cancel().catch(() => {});
    await expect(ping(url, "local-token")).rejects.toThrow();
  });

  test("with 1 and one line on a taken port", async () => {
    const gateway = await startTestGateway();
    try {
      const cli = run(["--port", String(gateway.port)]);
      expect(await cli.ended).toBe(1);
      expect(cli.err()).toBe(
        `holdfast-gateway: port ${gateway.port} is taken; choose another one with --port <number>\n`,
      );
    } finally {
      await gateway.close();
    }
  });

  test.each([
    [["--port", "abc"], /--port: not a number: abc/],
    [["--port", "70000"], /port: a whole number from 0 to 65535/],
    [["--nope"], /--nope/],
    [["--redis", "http://x"], /redis:\/\/ or rediss:\/\//],
  ])("with 1 on %j", async (args, message) => {
    const cli = run(args);
    expect(await cli.ended).toBe(1);
    expect(cli.err()).toMatch(message);
  });

  test("with 1 when Redis is not there, without its password", async () => {
    const cli = run(["--port", "0", "--redis", "redis://:hunter2@127.0.0.1:1"]);
    expect(await cli.ended).toBe(1);
    expect(cli.err()).toMatch(/^holdfast-gateway: the engine cannot be reached/);
    expect(cli.err()).not.toContain("hunter2");
  });

  test("with 0 on --help", async () => {
    const cli = run(["--help"]);
    expect(await cli.ended).toBe(0);
    expect(cli.out()).toContain("--read-only-token");
  });
});
