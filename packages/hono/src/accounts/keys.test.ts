import { type Gateway, startGateway } from "@holdfast/gateway";
import { engines, type RunningEngine } from "@holdfast/testing/node";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Caller, callerOf, expectProblem, INVALID_TOKEN, OPERATOR } from "./test-service.ts";

let services = 0;

describe.each(engines())("API keys [$name]", (engine) => {
  let backend: RunningEngine;
  let gateway: Gateway;
  beforeAll(async () => {
    backend = await engine.start();
    const { redisUrl } = backend;
    gateway = await startGateway({ port: 0, tokens: "store-token", ...(redisUrl && { redisUrl }) });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    await gateway.close();
    await backend.stop();
  });
  const options = (more: object = {}) => ({
    redis: { url: gateway.url, token: "store-token" },
    namespace: `keys-${++services}`,
    ...more,
  });
  const inspect = (caller: Caller, name: string, token: string | null) =>
    caller.call("GET", `/v1/locks/${name}`, { token });

  test("a key opens what it is for, and nothing tells it again", async () => {
    const caller = callerOf(options());
    const made = await caller.newKey({
      label: "web",
      scopes: ["locks:read"],
      prefixes: ["tab:"],
      maxTtlMs: 5000,
    });
    expect(made.key).toMatch(/^hf_[0-9A-Za-z]{12}_[\w-]{32}$/);
    expect(made.shown).toBe(`${made.key.slice(0, 16)}…`);

    const token = made.key;
    expect((await caller.call("GET", "/v1/me", { token })).json).toEqual({
      id: made.id,
      via: "key",
      scopes: ["locks:read"],
      prefixes: ["tab:"],
      maxTtlMs: 5000,
    });
    expect((await inspect(caller, "tab:1", token)).status).toBe(200);
    expectProblem(await inspect(caller, "tax:1", token), 403, "forbidden");
    const acquire = await caller.call("POST", "/v1/locks/tab:1/acquire", { token, body: {} });
    expectProblem(
      acquire,
      403,
      "forbidden",
      'Bearer realm="holdfast", error="insufficient_scope", scope="locks:acquire"',
    );
    const { keys } = (await caller.call("GET", "/v1/keys")).json;
    const { key: _, ...info } = made;
    expect(keys).toEqual([info]);
    caller.expectUntold(token, token.slice(16), OPERATOR);
    for (const command of ["hvals", "hkeys"] as const)
      expect(JSON.stringify(await redis(gateway, [command, `keys-${services}:svc:keys`]))).not.toContain(
        token.slice(16),
      );
  });

  test("nothing but the whole key opens anything: 401, the same for all", async () => {
    const caller = callerOf(options());
    const { key } = await caller.newKey();
    const other = await caller.newKey();
    const wrong = [
      key.slice(0, -1),
      `${key}x`,
      key.slice(0, -1) + (key.endsWith("A") ? "B" : "A"),
      key.toUpperCase(),
      `${key.slice(0, 16)}${other.key.slice(16)}`,
      `hf_000000000000_${key.slice(16)}`,
      `hf_..%2F..%2Fetc_${key.slice(16)}`,
      key.slice(16),
      OPERATOR.slice(0, -1),
      "undefined",
      "x".repeat(9000),
    ];
    const texts = new Set<string>();
    for (const token of wrong) {
      const answer = await inspect(caller, "a", token);
      expectProblem(answer, 401, "unauthorized", INVALID_TOKEN);
      if (token.length < 9000) texts.add(answer.text);
    }
    expect(texts.size).toBe(1);
    expectProblem(await inspect(caller, "a", null), 401, "unauthorized", 'Bearer realm="holdfast"');
    expectProblem(await inspect(caller, "a", `${key} ${key}`), 401, "unauthorized");
    expectProblem(
      await caller.call("GET", `/v1/locks/a?access_token=${key}`, { token: null }),
      401,
      "unauthorized",
    );
    expect((await inspect(caller, "a", key)).status).toBe(200);
    caller.expectUntold(key.slice(16), other.key.slice(16));
  });

  test("a revoked key is out at once, here; elsewhere when what is remembered has grown old", async () => {
    const shared = options({ keyCacheMs: 300 });
    const here = callerOf(shared);
    const elsewhere = callerOf({ ...shared, allowedOrigins: ["https://another-isolate.example"] });
    const { id, key } = await here.newKey();
    for (const caller of [here, elsewhere]) expect((await inspect(caller, "a", key)).status).toBe(200);

    expect((await here.call("DELETE", `/v1/keys/${id}`)).status).toBe(204);
    expectProblem(await inspect(here, "a", key), 401, "unauthorized", INVALID_TOKEN);
    await vi.waitFor(async () => expect((await inspect(elsewhere, "a", key)).status).toBe(401), 5000);
    expectProblem(await here.call("DELETE", `/v1/keys/${id}`), 404, "not-found");
    expectProblem(await here.call("DELETE", "/v1/keys/..%2Fx"), 422, "invalid-argument");
  });

  test("a key that has run out is out; one that ran out before it began is not made", async () => {
    const caller = callerOf(options());
    const { key } = await caller.newKey({ expiresAt: Date.now() + 400 });
    expect((await inspect(caller, "a", key)).status).toBe(200);
    await vi.waitFor(async () => expect((await inspect(caller, "a", key)).status).toBe(401), 5000);
    const body = { label: "late", scopes: ["locks:read"], expiresAt: 1 };
    expectProblem(await caller.call("POST", "/v1/keys", { body }), 422, "invalid-argument");
  });

  test("nobody gives a right that he lacks", async () => {
    const caller = callerOf(options());
    const expiresAt = Date.now() + 3_600_000;
    const { key: token } = await caller.newKey({
      scopes: ["locks:acquire", "locks:admin"],
      prefixes: ["web:"],
      maxTtlMs: 10_000,
      rateLimit: { requests: 1000, windowMs: 60_000 },
      tenant: "acme",
      expiresAt,
    });
    const wanted = { label: "x", scopes: ["locks:acquire"], prefixes: ["web:tab:"] };
    const made = await caller.call("POST", "/v1/keys", { token, body: wanted });
    // What was left open is its maker's.
    expect(made.json).toMatchObject({
      tenant: "acme",
      maxTtlMs: 10_000,
      expiresAt,
      rateLimit: { requests: 1000 },
    });
    for (const more of [
      { scopes: ["locks:read"] },
      { prefixes: [""] },
      { prefixes: ["web"] },
      { prefixes: ["web:", "api:"] },
      { prefixes: undefined },
      { maxTtlMs: 10_001 },
      { rateLimit: { requests: 1001, windowMs: 60_000 } },
      { rateLimit: { requests: 1000, windowMs: 59_000 } },
      { expiresAt: expiresAt + 1 },
      { tenant: "other" },
    ])
      expectProblem(
        await caller.call("POST", "/v1/keys", { token, body: { ...wanted, ...more } }),
        403,
        "forbidden",
      );
  });

  test("who manages keys sees and revokes those that could be its own, and no others", async () => {
    const caller = callerOf(options());
    const admin = { scopes: ["locks:acquire", "locks:read", "locks:admin"] as const };
    const [acme, web, other, own] = [
      await caller.newKey({ ...admin, scopes: [...admin.scopes], tenant: "acme" }),
      await caller.newKey({ scopes: ["locks:read", "locks:admin"], prefixes: ["web:"], tenant: "acme" }),
      await caller.newKey({ tenant: "other" }),
      await caller.newKey(),
    ];
    const seenBy = async (token: string, headers = {}) =>
      (await caller.call("GET", "/v1/keys", { token, headers })).json.keys.map(
        ({ id }: { id: string }) => id,
      );
    expect(await seenBy(acme.key)).toEqual([acme.id, web.id]);
    expect(await seenBy(web.key)).toEqual([web.id]);
    expect(await seenBy(OPERATOR)).toEqual([acme.id, web.id, other.id, own.id]);
    expect(await seenBy(OPERATOR, { "holdfast-tenant": "other" })).toEqual([other.id]);
    for (const { id } of [acme, other, own])
      expectProblem(await caller.call("DELETE", `/v1/keys/${id}`, { token: web.key }), 404, "not-found");
    expect((await caller.call("DELETE", `/v1/keys/${web.id}`, { token: acme.key })).status).toBe(204);
    // Without the scope there is nothing to see at all.
    for (const [method, path] of [
      ["GET", "/v1/keys"],
      ["GET", "/v1/audit"],
      ["POST", "/v1/keys"],
      ["DELETE", `/v1/keys/${acme.id}`],
    ] as const)
      expectProblem(await caller.call(method, path, { token: other.key }), 403, "forbidden");
  });

  test("over its rate a key is told when to come back; others are not held up", async () => {
    const caller = callerOf(options());
    const { key, id } = await caller.newKey({ rateLimit: { requests: 3, windowMs: 600_000 } });
    const { key: free } = await caller.newKey();
    for (const left of [2, 1, 0]) {
      const { status, headers } = await inspect(caller, "a", key);
      expect([status, headers.get("ratelimit-policy")]).toEqual([200, '"key";q=3;w=600']);
      expect(headers.get("ratelimit")).toMatch(new RegExp(`^"key";r=${left};t=\\d+$`));
    }
    const refused = await inspect(caller, "a", key);
    expectProblem(refused, 429, "rate-limited");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await inspect(caller, "a", free)).status).toBe(200);
    const keys = (await redis(gateway, ["keys", `keys-${services}:svc:rate:${id}*`])) as string[];
    expect(keys).toHaveLength(1);
    for (const name of keys) expect(await redis(gateway, ["pttl", name])).toBeGreaterThan(0);
  });

  test("the audit says who did what, in order, for those whose affair it is", async () => {
    const caller = callerOf(options());
    const headers = { "holdfast-tenant": "acme" };
    const admin = await caller.newKey({
      label: "admin",
      scopes: ["locks:acquire", "locks:admin"],
      prefixes: ["a:"],
      tenant: "acme",
    });
    await caller.call("DELETE", "/v1/locks/a:1", { token: admin.key, body: { reason: "stuck" } });
    await caller.call("DELETE", "/v1/locks/b:1", { headers, body: {} });
    expectProblem(await caller.call("DELETE", "/v1/locks/b:1", { token: admin.key }), 403, "forbidden");
    for (let i = 0; i < 5; i++) await caller.call("DELETE", "/v1/locks/b:1", { token: admin.key });
    await caller.call("DELETE", `/v1/keys/${admin.id}`, { headers });
    const entries = await caller.audit({ headers });
    expect(entries).toMatchObject([
      { actor: "operator", action: "key-created", target: admin.id },
      { actor: admin.id, action: "lock-broken", target: "a:1", reason: "stuck" },
      { actor: "operator", action: "lock-broken", target: "b:1" },
      { actor: admin.id, action: "refused", target: "DELETE /v1/locks/b:1" },
      { actor: "operator", action: "key-revoked", target: admin.id, reason: "admin" },
    ]);
    expect((await caller.audit({ headers: { "holdfast-tenant": "other" } })).length).toBe(0);
    const second = await caller.newKey({ scopes: ["locks:admin"], prefixes: ["a:"], tenant: "acme" });
    expect((await caller.audit({ token: second.key })).map(({ target }) => target)).toEqual(["a:1"]);
    expect((await caller.call("GET", "/v1/audit?limit=1", { headers })).json.entries).toHaveLength(1);
    expect(await redis(gateway, ["ttl", `keys-${services}.acme:svc:audit`])).toBeGreaterThan(0);
    caller.expectUntold(admin.key.slice(16));
  });
});

async function redis(gateway: Gateway, command: readonly string[]): Promise<unknown> {
  const answer = await fetch(gateway.url, {
    method: "POST",
    headers: { authorization: "Bearer store-token" },
    body: JSON.stringify(command),
  });
  return ((await answer.json()) as { result: unknown }).result;
}
