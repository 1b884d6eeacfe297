import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lockService } from "../../packages/hono/src/index.ts";
import { type Serving, serve } from "../support/serve.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/keys.ts", import.meta.url));
const OPERATOR = "the-operator's-own-key";

let gateway: Gateway;
let service: Serving;
beforeAll(async () => {
  gateway = await startGateway({ port: 0, tokens: "store-token" });
  const app = lockService({ redis: { url: gateway.url, token: "store-token" }, operatorKey: OPERATOR });
  service = await serve(async ({ method = "GET", url = "/", headers }, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.req) chunks.push(chunk);
    const answer = await app.request(url, {
      method,
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
});
afterAll(async () => {
  await service.stop();
  await gateway.close();
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function keys(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const variables = { HOLDFAST_URL: service.url, HOLDFAST_API_KEY: OPERATOR, ...env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--no-warnings", SCRIPT, ...args],
      { env: { ...process.env, ...variables }, timeout: 15_000 },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const me = async (key: string) => {
  const answer = await fetch(`${service.url}/v1/me`, { headers: { authorization: `Bearer ${key}` } });
  return [answer.status, await answer.json()];
};

test("an operator makes a key, sees it in the list without its secret, and revokes it", async () => {
  const scope = ["--scope", "locks:acquire", "--scope", "locks:read"];
  const limits = ["--prefix", "tab:", "--max-ttl", "30s", "--rate", "100/1m", "--expires-in", "90d"];
  const made = await keys(["create", "--label", "web\u001b[2J", "--tenant", "acme", ...scope, ...limits]);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hf_[0-9A-Za-z]{12}_[\w-]{32}\n$/) });
  const key = made.stdout.trim();
  const id = key.slice(3, 15);
  expect(await me(key)).toEqual([
    200,
    expect.objectContaining({
      id,
      tenant: "acme",
      scopes: ["locks:acquire", "locks:read"],
      prefixes: ["tab:"],
      maxTtlMs: 30_000,
      rateLimit: { requests: 100, windowMs: 60_000 },
    }),
  ]);

  const list = await keys(["list", "--tenant", "acme"]);
  expect(list.stdout).toContain(`${id}  "web\\u001b[2J"  tenant acme  locks:acquire locks:read  "tab:"…`);
  expect(made.stderr + list.stdout + list.stderr).not.toContain(key.slice(16));
  expect((await keys(["list", "--tenant", "other"])).stdout).toBe("There are no keys.\n");

  expect(await keys(["revoke", id])).toMatchObject({ code: 0, stdout: "" });
  expect((await me(key))[0]).toBe(401);
});

test("it says what is wrong, and never the key", async () => {
  const wrong: [string[], Record<string, string>, RegExp][] = [
    [["list"], { HOLDFAST_API_KEY: "" }, /Set HOLDFAST_API_KEY/],
    [["list"], { HOLDFAST_API_KEY: "a-wrong-key" }, /^401: The API key is not valid/],
    [["list"], { HOLDFAST_URL: "http://locks.example" }, /must begin with https/],
    [["list"], { HOLDFAST_URL: "http://127.0.0.1:9" }, /cannot be reached/],
    [["create", "--label", "x", "--scope", "locks:everything"], {}, /^422: scopes/],
    [["create", "--label", "x", "--scope", "locks:read", "--max-ttl", "soon"], {}, /not a time/],
    [["create", "--key", "x"], {}, /Unknown option '--key'/],
    [["revoke"], {}, /node scripts\/keys\.ts create/],
    [["revoke", "000000000000"], {}, /^404: There is no key/],
  ];
  const outcomes = await Promise.all(wrong.map(([args, env]) => keys(args, env)));
  for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
    expect(stderr).toMatch(wrong[i]?.[2] as RegExp);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).not.toMatch(/a-wrong-key|the-operator/);
  }
});
