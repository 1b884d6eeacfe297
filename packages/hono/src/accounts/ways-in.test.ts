import { type Gateway, startGateway } from "@holdfast/gateway";
import type { CreatedKey } from "@holdfast/protocol";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Caller, callerOf, expectProblem, INVALID_TOKEN, OPERATOR } from "./test-service.ts";

let gateway: Gateway;
let caller: Caller;
let acme: CreatedKey;
beforeAll(async () => {
  gateway = await startGateway({ port: 0, tokens: "store-token", faults: true });
  caller = callerOf({ redis: { url: gateway.url, token: "store-token" }, namespace: "ways-in" });
  acme = await caller.newKey({ tenant: "acme" });
});
afterAll(() => gateway.close());

describe("what comes in", () => {
  test.each([
    ["another scheme", "Basic abc"],
    ["no token", "Bearer "],
    ["two", "Bearer a b"],
    ["a null byte", "Bearer a%00"],
    ["Unicode", "Bearer \u00ff"],
    ["none", undefined],
  ])("an authorization of %s is 401", async (_, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await caller.call("GET", "/v1/me", { token: null, headers });
    expectProblem(answer, 401, "unauthorized");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="holdfast"/);
  });

  test.each<[string, unknown, number, string]>([
    ["is too large", { label: "x".repeat(20_000), scopes: ["locks:read"] }, 413, "body-too-large"],
    ["is no JSON", "{", 400, "malformed-json"],
    ["lacks what is needed", { scopes: ["locks:read"] }, 422, "invalid-argument"],
    ["has what nobody knows", { label: "x", scopes: ["locks:read"], admin: true }, 422, "invalid-argument"],
    ["has a scope that is none", { label: "x", scopes: ["locks:*"] }, 422, "invalid-argument"],
    [
      "has a tenant that is none",
      { label: "x", scopes: ["locks:read"], tenant: "../x" },
      422,
      "invalid-argument",
    ],
    [
      "has too many prefixes",
      { label: "x", scopes: ["locks:read"], prefixes: Array(21).fill("a") },
      422,
      "invalid-argument",
    ],
    [
      "pollutes",
      '{"label":"x","scopes":["locks:read"],"__proto__":{"tenant":"acme"}}',
      422,
      "invalid-argument",
    ],
  ])("a body that %s makes no key", async (_, body, status, code) => {
    const before = (await caller.call("GET", "/v1/keys")).json.keys.length;
    expectProblem(await caller.call("POST", "/v1/keys", { body }), status, code);
    expect((await caller.call("GET", "/v1/keys")).json.keys).toHaveLength(before);
  });

  test("a label is text, whatever is in it, and sets no header", async () => {
    const label = "<b>\r\nSet-Cookie: a=b\u2028\u0000</b>";
    const made = await caller.newKey({ label });
    expect(made.label).toBe(label);
    const list = await caller.call("GET", "/v1/keys");
    expect(list.headers.get("set-cookie")).toBeNull();
    expect(list.json.keys.at(-1).label).toBe(label);
  });

  test("a flood of keys that do not exist costs the database little, and keys that are known work on", async () => {
    const flooded = callerOf({ redis: { url: gateway.url, token: "store-token" }, namespace: "flooded" });
    const { key } = await flooded.newKey();
    const ask = (token: string) => flooded.call("GET", "/v1/me", { token });
    expect((await ask(key)).status).toBe(200);
    const madeUp = Array.from(
      { length: 300 },
      (_, i) => `hf_${String(i).padStart(12, "0")}_${"A".repeat(32)}`,
    );
    const before = (await gateway.meter.read()).requests;
    const answers = await Promise.all(madeUp.map(ask));
    expect((await gateway.meter.read()).requests - before).toBeLessThan(150);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(answers.at(-1)?.headers.get("retry-after")).toBe("1");
    expect((await ask(key)).status).toBe(200);
    // One that was tried already costs nothing.
    const { requests } = await gateway.meter.read();
    for (let i = 0; i < 5; i++)
      expectProblem(await ask(madeUp[0] as string), 401, "unauthorized", INVALID_TOKEN);
    expect((await gateway.meter.read()).requests - requests).toBeLessThan(3);
    const refused = (await flooded.audit()).filter(({ action }) => action === "refused");
    expect(refused.length).toBeLessThan(5);
  });

  test("a limit that cannot be counted holds nobody up; one that was reached is not counted further for a second", async () => {
    const { key } = await caller.newKey({ rateLimit: { requests: 2, windowMs: 3_600_000 } });
    const ask = async () => (await caller.call("GET", "/v1/me", { token: key })).status;
    gateway.faults.inject({ action: "drop-reply", times: 100 });
    expect(await ask()).toBe(503); // the key itself is not known yet
    gateway.faults.clear();
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    const { requests } = await gateway.meter.read();
    expect([await ask(), await ask()]).toEqual([429, 429]);
    expect((await gateway.meter.read()).requests - requests).toBeLessThan(2);
    gateway.faults.inject({ action: "drop-reply", times: 100 });
    await vi.waitFor(async () => expect(await ask()).toBe(200), 5000);
    gateway.faults.clear();
  });

  test("a key whose revocation was not answered is out all the same", async () => {
    const { id, key } = await caller.newKey();
    const ask = async () => (await caller.call("GET", "/v1/me", { token: key })).status;
    expect(await ask()).toBe(200);
    gateway.faults.inject({ action: "drop-reply", times: 2, when: ({ path }) => path === "/multi-exec" });
    expectProblem(await caller.call("DELETE", `/v1/keys/${id}`), 503, "unavailable");
    gateway.faults.clear();
    expect(await ask()).toBe(401);
    expectProblem(await caller.call("DELETE", `/v1/keys/${id}`), 404, "not-found");
  });

  test("a database that does not answer is 503 for a key, and no key is taken for a wrong one", async () => {
    const away = callerOf({ redis: { url: "http://127.0.0.1:9", token: "store-token" }, namespace: "away" });
    expectProblem(await away.call("GET", "/v1/me", { token: acme.key }), 503, "unavailable");
    away.expectUntold(acme.key.slice(16));
  });
});

test("answers carry headers that keep browsers from doing more with them than reading", async () => {
  for (const answer of [
    await caller.call("GET", "/v1/me"),
    await caller.call("GET", "/v1/nothing"),
    await caller.call("GET", "/v1/me", { token: null }),
    await caller.call("GET", "/v1/locks/%ff"),
    await caller.call("GET", "/healthz", { token: null }),
  ]) {
    const { headers } = answer;
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(headers.get("cache-control")).toBe("no-store");
  }
  const open = await caller.app.request("http://locks.example/healthz");
  expect(open.headers.get("strict-transport-security")).toBeNull();
});

test("nothing that was said above held a secret", () => {
  caller.expectUntold(OPERATOR, acme.key.slice(16), "store-token");
});
