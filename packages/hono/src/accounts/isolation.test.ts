import { type Gateway, startGateway } from "@holdfast/gateway";
import type { CreatedKey, Scope } from "@holdfast/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toBase64Url } from "../digest.ts";
import { type Answer, type Caller, callerOf, expectProblem, OPERATOR } from "./test-service.ts";

const ALL: Scope[] = ["locks:acquire", "locks:read", "locks:admin"];

let gateway: Gateway;
let caller: Caller;
let acme: CreatedKey;
let other: CreatedKey;
beforeAll(async () => {
  gateway = await startGateway({ port: 0, tokens: "store-token" });
  caller = callerOf({ redis: { url: gateway.url, token: "store-token" }, namespace: "isolation" });
  acme = await caller.newKey({ scopes: ALL, tenant: "acme" });
  other = await caller.newKey({ scopes: ALL, tenant: "other" });
});
afterAll(() => gateway.close());

const acquire = (token: string, name: string, body: object = {}, headers = {}): Promise<Answer> =>
  caller.call("POST", `/v1/locks/${encodeURIComponent(name)}/acquire`, {
    token,
    body: { waitMs: 0, ...body },
    headers,
  });
const inspect = (token: string, name: string): Promise<Answer> =>
  caller.call("GET", `/v1/locks/${encodeURIComponent(name)}`, { token });
const leaseOf = async (token: string, name: string, body = {}) => {
  const answer = await acquire(token, name, body);
  expect(answer.json).toMatchObject({ lease: { name } });
  return answer.json.lease;
};

describe("a tenant", () => {
  test("has names of its own: another's is free, unknown, and untouched", async () => {
    const theirs = await leaseOf(acme.key, "invoice");
    const unused = (await inspect(other.key, "invoice")).json;
    expect(unused).toMatchObject({ held: false, lastFence: 0, holders: [] });
    expect((await caller.call("GET", "/v1/locks", { token: other.key })).json.locks).toEqual([]);

    const mine = await leaseOf(other.key, "invoice");
    const { owner, attemptId, fence } = theirs;
    const body = { owner, attemptId, fence };
    expectProblem(
      await caller.call("POST", "/v1/locks/invoice/extend", { token: other.key, body }),
      409,
      "lost",
    );
    const release = await caller.call("POST", "/v1/locks/invoice/release", { token: other.key, body });
    expect(release.json).toEqual({ outcome: "lost" });
    expect(
      (await caller.call("DELETE", "/v1/locks/invoice", { token: other.key, body: {} })).json.broken,
    ).toBe(true);
    expect((await inspect(acme.key, "invoice")).json).toMatchObject({ held: true, lastFence: fence });
    expect(mine.owner).not.toBe(owner);
  });

  test("is nobody's to choose but the operator's", async () => {
    const headers = { "holdfast-tenant": "acme" };
    await leaseOf(acme.key, "of-acme");
    const seen = await caller.call("GET", "/v1/locks/of-acme", { headers });
    expect(seen.json.held).toBe(true);
    expect((await inspect(OPERATOR, "of-acme")).json.held).toBe(false);
    // One that is there is refused as one that is not.
    const answers = await Promise.all(
      ["acme", "nowhere", "../acme", "ACME", "acme.other", ""].map((tenant) =>
        caller.call("GET", "/v1/me", { token: other.key, headers: { "holdfast-tenant": tenant } }),
      ),
    );
    for (const answer of answers) expectProblem(answer, 403, "forbidden");
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    for (const tenant of ["../acme", "ACME", "acme:svc", "a".repeat(33), "-a"])
      expectProblem(
        await caller.call("GET", "/v1/me", { headers: { "holdfast-tenant": tenant } }),
        422,
        "invalid-argument",
      );
    const own = await caller.call("GET", "/v1/me", { token: acme.key, headers });
    expect(own.json.tenant).toBe("acme");
  });

  test("cannot reach another's keys by the names of its locks", async () => {
    const { fence } = await leaseOf(acme.key, "x");
    for (const name of [".acme:{x}", "}.acme:{x", "../acme:{x}", ":{x}", "x}:queue", "svc:keys"]) {
      await leaseOf(other.key, name);
      await leaseOf(OPERATOR, name);
    }
    expect((await inspect(acme.key, "x")).json).toMatchObject({ lastFence: fence, waiting: 0 });
    expect((await caller.call("GET", "/v1/me", { token: acme.key })).status).toBe(200);
  });
});

describe("an attempt", () => {
  const attemptId = "order-42-try-1";

  test("repeated by who made it gets the first one's lease; by nobody else", async () => {
    const second = await caller.newKey({ scopes: ALL, tenant: "acme" });
    const first = await leaseOf(acme.key, "order", { attemptId });
    expect((await leaseOf(acme.key, "order", { attemptId })).owner).toBe(first.owner);
    expect((await acquire(acme.key, "order", {}, { "idempotency-key": attemptId })).json.lease.owner).toBe(
      first.owner,
    );
    const tries = [
      await acquire(second.key, "order", { attemptId }),
      await acquire(second.key, "order", {}, { "idempotency-key": attemptId }),
      await acquire(second.key, "order", { attemptId: first.attemptId }),
      await acquire(second.key, "order", { owner: first.attemptId }),
      await acquire(second.key, "order", { owner: attemptId }),
      await caller.call("POST", "/v1/leases/acquire", {
        token: second.key,
        body: { names: ["order"], waitMs: 0, attemptId },
      }),
    ];
    expect(tries.map(({ status }) => status)).toEqual([409, 409, 422, 422, 409, 409]);
    for (const { text } of tries) expect(text).not.toContain(first.owner);
    // Another tenant's is another lock; what it gets is its own.
    expect((await leaseOf(other.key, "order", { attemptId })).owner).not.toBe(first.owner);
  });

  test("is withdrawn by nobody else", async () => {
    const second = await caller.newKey({ scopes: ALL, tenant: "acme" });
    const lease = await leaseOf(acme.key, "withdrawn", { attemptId });
    const body = { attemptId, owner: lease.owner };
    await caller.call("POST", "/v1/locks/withdrawn/withdraw", { token: second.key, body });
    expect((await leaseOf(acme.key, "withdrawn", { attemptId })).fence).toBe(lease.fence);
  });

  test("of the operator is no key's", async () => {
    const lease = await leaseOf(OPERATOR, "of-operator", { attemptId });
    const own = await caller.newKey({ scopes: ALL });
    for (const body of [{ attemptId }, { owner: attemptId }, { owner: attemptId, attemptId }])
      expectProblem(await acquire(own.key, "of-operator", body), 409, "held");
    expect((await leaseOf(OPERATOR, "of-operator", { attemptId })).owner).toBe(lease.owner);
  });

  test("can be handed on with its owner token: who has both holds the lease", async () => {
    const second = await caller.newKey({ tenant: "acme" });
    const { owner, attemptId, fence } = await leaseOf(acme.key, "handed");
    const body = { owner, attemptId, fence };
    const answer = await caller.call("POST", "/v1/locks/handed/release", { token: second.key, body });
    expect(answer.json).toEqual({ outcome: "released" });
  });
});

describe("a prefix", () => {
  test("covers what begins with it, to the letter; tricks in paths make other names, or none", async () => {
    const { key } = await caller.newKey({ scopes: ALL, prefixes: ["web:"] });
    const status = async (path: string) =>
      (await caller.call("GET", `/v1/locks/${path}`, { token: key })).status;
    for (const path of [
      "web:",
      "web:1",
      "web%3A1",
      "web:%2F..%2Fapi",
      "web:%00",
      "web:a%0D%0AX-Evil:1",
      "web:..",
      "w%65b:x",
    ])
      expect([path, await status(path)]).toEqual([path, 200]);
    for (const path of [
      "web",
      "api:1",
      "WEB:1",
      "%20web:1",
      "%2e%2e%2Fweb:1",
      "w\u0435b:1", // a Cyrillic е
      "ｗeb:1",
      "web\uff1a1", // a fullwidth colon
      "we%CC%81b:1",
      "web%E2%80%8B:1",
      "web%253A1",
      "%00web:1",
    ])
      expect([path, await status(path)]).toEqual([path, 403]);
    for (const path of ["web:1/../api:1", "web:1/%2e%2e/api:1"])
      expect([path, await status(path)]).toEqual([path, 403]);
    for (const path of ["%C0%AFweb:1", "web:%C0%AE", "web:%ff", "web:%ED%A0%80"])
      expect([path, await status(path)]).toEqual([path, 400]);
  });

  test("counts for the names in bodies, for latches and their channels, and for pages of the list", async () => {
    const { key } = await caller.newKey({ scopes: ALL, prefixes: ["web:", "shop:"] });
    const post = (path: string, body: object) => caller.call("POST", path, { token: key, body });
    for (const name of ["web:a", "shop:b", "api:c"]) await leaseOf(OPERATOR, name);
    const rights = { owner: "some-owner", attemptId: "some-attempt" };
    for (const answer of [
      await post("/v1/leases/acquire", { names: ["web:1", "api:1"], waitMs: 0 }),
      await post("/v1/leases/withdraw", { names: ["web:1", "api:1"], ...rights }),
      await post("/v1/leases/extend", { leases: [{ name: "api:1", ttlMs: 1000, ...rights }] }),
      await post("/v1/leases/release", { ...rights, leases: [{ name: "api:1", fence: 1 }] }),
      await post("/v1/latches/api:1/count-down", { count: 2 }),
      await post("/v1/wake-ups", { channel: `latch:${toBase64Url(new TextEncoder().encode("api:1"))}` }),
      await post("/v1/locks/api:1/resize", { permits: 2 }),
      await caller.call("DELETE", "/v1/locks/api:c", { token: key, body: {} }),
    ])
      expectProblem(answer, 403, "forbidden");

    const names = async (query = "") => {
      const answer = await caller.call("GET", `/v1/locks${query}`, { token: key });
      return answer.json.locks?.map(({ name }: { name: string }) => name).sort();
    };
    expect(await names("?limit=100")).toEqual(["shop:b", "web:a"]);
    expect(await names("?limit=100&prefix=api:")).not.toContain("api:c");
    expect(await names("?limit=100&prefix=w")).not.toContain("api:c");
  });
});

test("nothing that was said above held a secret", () => {
  caller.expectUntold(OPERATOR, acme.key.slice(16), other.key.slice(16), "store-token");
});
