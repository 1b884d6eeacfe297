import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { lockService } from "@holdfast/hono";
import { type ServerType, serve } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";

const KEY = "the-operators-key-of-the-smoke-test";
const SCRIPT = fileURLToPath(new URL("../../scripts/smoke.ts", import.meta.url));
let gateway: Gateway;
let server: ServerType;
let url: string;

beforeAll(async () => {
  gateway = await startGateway({ port: 0 });
  const app = lockService({ redis: { url: gateway.url, token: "local-token" }, operatorKey: KEY });
  server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  await gateway?.close();
});

function smoke(env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const ran = execFile(process.execPath, [SCRIPT], { env }, (_, stdout, stderr) =>
      resolve({ code: ran.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

test("the smoke test passes against a service that works, and leaves nothing held", async () => {
  const { code, output } = await smoke({ HOLDFAST_URL: `${url}/`, HOLDFAST_API_KEY: KEY });
  expect(output).not.toMatch(/FAILED|skipped/);
  expect(output).toContain("The service works.");
  expect(code).toBe(0);
  expect(output).not.toContain(KEY);
  const list = await fetch(`${url}/v1/locks`, { headers: { authorization: `Bearer ${KEY}` } });
  const { locks } = (await list.json()) as { locks: { used: number }[] };
  expect(locks.filter(({ used }) => used > 0)).toEqual([]);
});

test("it fails, and says where, when the key is wrong or nobody answers", async () => {
  const wrong = await smoke({ HOLDFAST_URL: url, HOLDFAST_API_KEY: "a-wrong-key-of-the-smoke-test" });
  expect(wrong.code).toBe(1);
  expect(wrong.output).toMatch(/FAILED +the key may take locks .* HTTP 401 instead of 200/);
  const nobody = await smoke({ HOLDFAST_URL: "http://127.0.0.1:1", HOLDFAST_API_KEY: KEY });
  expect(nobody.code).toBe(1);
  expect((await smoke({})).code).toBe(2);
});
