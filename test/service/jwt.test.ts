import { type Gateway, startGateway } from "@holdfast/gateway";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { JwtIssuer } from "../../packages/hono/src/accounts/jwt-issuer.ts";
import {
  type Ask,
  type Caller,
  callerOf,
  expectProblem,
  INVALID_TOKEN,
} from "../../packages/hono/src/accounts/test-service.ts";
import { type Serving, serve } from "../support/serve.ts";

const SECRET = "a secret that is thirty-two bytes or longer";
const ISSUER = "https://login.example/";
const AUDIENCE = "holdfast";
const now = () => Math.floor(Date.now() / 1000);
const CLAIMS: JWTPayload = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "ann",
  scope: "openid locks:acquire locks:read",
};

/** An issuer's public keys on a port of their own, as they are at the moment. */
const keyServer = { url: "", keys: [] as JWK[], status: 200, requests: 0 };

let gateway: Gateway;
let serving: Serving;
beforeAll(async () => {
  gateway = await startGateway({ port: 0, tokens: "store-token" });
  serving = await serve((_, response) => {
    keyServer.requests++;
    response.writeHead(keyServer.status, { "content-type": "application/json" });
    response.end(JSON.stringify({ keys: keyServer.keys }));
  });
  keyServer.url = `${serving.url}/keys`;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  Object.assign(keyServer, { keys: [], status: 200, requests: 0 });
});
afterAll(async () => {
  await serving.stop();
  await gateway.close();
});

let services = 0;
const callerWith = (...jwt: Partial<JwtIssuer>[]): Caller =>
  callerOf({
    redis: { url: gateway.url, token: "store-token" },
    namespace: `jwt-${++services}`,
    jwt: jwt.map(
      (more) =>
        ({ issuer: ISSUER, audience: AUDIENCE, algorithms: ["HS256"], prefixes: [""], ...more }) as JwtIssuer,
    ),
  });
const shared = { secret: SECRET } satisfies Partial<JwtIssuer>;

const signed = (
  claims: JWTPayload = {},
  { key = new TextEncoder().encode(SECRET), ...header }: SignOptions = {},
) =>
  new SignJWT({ ...CLAIMS, exp: now() + 60, ...claims })
    .setProtectedHeader({ alg: "HS256", ...header })
    .sign(key);
interface SignOptions {
  readonly key?: Parameters<SignJWT["sign"]>[0];
  readonly [header: string]: unknown;
}

async function pair(alg: "ES256" | "RS256", kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: "sig", alg } };
}

const me = (caller: Caller, token: string, more: Ask = {}) =>
  caller.call("GET", "/v1/me", { ...more, token });

describe("tokens with a shared secret", () => {
  test("say who it is and what he may do", async () => {
    const caller = callerWith({ ...shared, maxTtlMs: 5000, prefixes: ["user:{sub}:", "all:"] });
    const token = await signed();
    expect((await me(caller, token)).json).toEqual({
      id: "login.example|ann",
      via: "jwt",
      scopes: ["locks:acquire", "locks:read"],
      prefixes: ["user:ann:", "all:"],
      maxTtlMs: 5000,
    });
    const acquire = (name: string, more = {}) =>
      caller.call("POST", `/v1/locks/${name}/acquire`, {
        token,
        body: { waitMs: 0, ttlMs: 5000, ...more },
      });
    expect((await acquire("user:ann:1")).status).toBe(200);
    expectProblem(await acquire("user:anna:1"), 403, "forbidden");
    expectProblem(await acquire("user:ann:2", { ttlMs: 5001 }), 422, "invalid-argument");
    // What keeps a name closed when a lease has ended is as good as a lease.
    expectProblem(await acquire("user:ann:2", { lockDelayMs: 5001 }), 422, "invalid-argument");
    const all = { names: ["user:ann:3"], waitMs: 0, ttlMs: 5000, lockDelayMs: 5001 };
    expectProblem(
      await caller.call("POST", "/v1/leases/acquire", { token, body: all }),
      422,
      "invalid-argument",
    );
    caller.expectUntold(token, token.slice(token.lastIndexOf(".")), SECRET);
  });

  test("the user's id cannot reach into another's prefix", async () => {
    const caller = callerWith({ ...shared, prefixes: ["user:{sub}:"] });
    const prefixesOf = async (sub: string) => (await me(caller, await signed({ sub }))).json.prefixes;
    expect(await prefixesOf("ann:bob")).toEqual(["user:ann%3Abob:"]);
    expect(await prefixesOf("{sub}$&")).toEqual(["user:%7Bsub%7D%24%26:"]);
    expect(await prefixesOf("..")).toEqual(["user:..:"]);
    for (const sub of ["", "\u20ac".repeat(200), "a\nb", "\ud800", "x".repeat(256), 7 as unknown as string])
      expect([401, 403]).toContain((await me(caller, await signed({ sub }))).status);
  });

  test("the claim names prefixes; without it and without a template there is no way in", async () => {
    const caller = callerWith({ secret: SECRET, prefixes: undefined as unknown as string[] });
    expectProblem(await me(caller, await signed()), 403, "forbidden");
    for (const holdfast_prefixes of [[], "web:", [7], Array(21).fill("a")])
      expectProblem(await me(caller, await signed({ holdfast_prefixes })), 403, "forbidden");
    const answer = await me(caller, await signed({ holdfast_prefixes: ["web:"] }));
    expect(answer.json.prefixes).toEqual(["web:"]);
  });

  test("a scope counts only if its issuer may give it", async () => {
    const everything = ["locks:acquire", "locks:read", "locks:admin", "locks:everything"];
    const usual = callerWith(shared);
    expect((await me(usual, await signed({ scopes: everything }))).json.scopes).toEqual(
      everything.slice(0, 2),
    );
    const trusted = callerWith({ ...shared, scopes: ["locks:admin"] });
    expect((await me(trusted, await signed({ scopes: everything }))).json.scopes).toEqual(["locks:admin"]);
    for (const scope of ["openid", "", "locks:acquirelocks:read", "LOCKS:READ"])
      expectProblem(await me(usual, await signed({ scope })), 403, "forbidden");
  });

  test.each<[string, JWTPayload]>([
    ["expired", { exp: now() - 6 }],
    ["without an end", { exp: undefined as unknown as number }],
    ["not valid yet", { nbf: now() + 60 }],
    ["for another audience", { aud: "another" }],
    ["for no audience", { aud: undefined as unknown as string }],
    ["of another issuer", { iss: "https://evil.example/" }],
    ["of no issuer", { iss: undefined as unknown as string }],
    ["without a subject", { sub: undefined as unknown as string }],
    ["with an end in words", { exp: "2100-01-01" as unknown as number }],
  ])("one that is %s is refused", async (_, claims) => {
    const caller = callerWith(shared);
    const token = await signed(claims);
    const answer = await me(caller, token);
    expectProblem(answer, 401, "unauthorized", INVALID_TOKEN);
    caller.expectUntold(token);
  });

  test("replayed after its end it is refused, also when it was accepted before", async () => {
    const caller = callerWith({ ...shared, clockToleranceS: 0 });
    const token = await signed({ exp: now() + 1 });
    expect((await me(caller, token)).status).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1001 });
    expectProblem(await me(caller, token), 401, "unauthorized", INVALID_TOKEN);
  });

  test("a token that was tampered with is refused", async () => {
    const caller = callerWith(shared);
    const [header, , signature] = (await signed()).split(".");
    const admin = Buffer.from(JSON.stringify({ ...CLAIMS, exp: now() + 60, sub: "root" })).toString(
      "base64url",
    );
    for (const token of [
      `${header}.${admin}.${signature}`,
      `${header}.${admin}.AAAA`,
      `${header}.${admin}`,
      "a.b.c",
      `${header}.e30.${signature}`,
      `${header}.%00.${signature}`,
    ])
      expectProblem(await me(caller, token), 401, "unauthorized", INVALID_TOKEN);
    expectProblem(
      await me(caller, await signed({}, { key: new TextEncoder().encode(`${SECRET}!`) })),
      401,
      "unauthorized",
    );
  });
});

describe("tenants in tokens", () => {
  test("come from the issuer's own list", async () => {
    const caller = callerWith({ ...shared, tenantClaim: "org", tenants: ["acme", "other"] });
    expect((await me(caller, await signed({ org: "acme" }))).json.tenant).toBe("acme");
    for (const org of ["evil", undefined, ["acme"], { toString: "acme" }])
      expectProblem(await me(caller, await signed({ org })), 403, "forbidden");
    const fixed = callerWith({ ...shared, tenant: "acme" });
    expect((await me(fixed, await signed({ org: "other" }))).json.tenant).toBe("acme");
  });

  test("issuers keep to themselves: a user of one is never a user of another, nor do their keys open the other's", async () => {
    const other = "https://other.example/";
    const OTHER_SECRET = `another ${SECRET}`;
    const caller = callerWith(
      { ...shared, tenant: "acme" },
      { issuer: other, secret: OTHER_SECRET, tenant: "other" },
    );
    const key = new TextEncoder().encode(OTHER_SECRET);
    expect((await me(caller, await signed({ iss: other }, { key }))).json.id).toBe("other.example|ann");
    expectProblem(await me(caller, await signed({}, { key })), 401, "unauthorized");
    expectProblem(await me(caller, await signed({ iss: other })), 401, "unauthorized");
  });
});

describe("tokens with public keys", () => {
  test("are checked with the issuer's keys, fetched once; a new key is fetched when it is first used", async () => {
    const caller = callerWith({ algorithms: ["ES256", "RS256"], jwksUrl: keyServer.url });
    const first = await pair("ES256", "first");
    const second = await pair("RS256", "second");
    keyServer.keys = [first.jwk];
    const withFirst = () => signed({}, { alg: "ES256", kid: "first", key: first.privateKey });
    const withSecond = () => signed({}, { alg: "RS256", kid: "second", key: second.privateKey });

    for (let i = 0; i < 3; i++) expect((await me(caller, await withFirst())).status).toBe(200);
    expect(keyServer.requests).toBe(1);

    // Rotation. An unknown key is not looked for again within 30 s: anyone can make one up.
    keyServer.keys = [second.jwk];
    for (let i = 0; i < 3; i++) expectProblem(await me(caller, await withSecond()), 401, "unauthorized");
    expect(keyServer.requests).toBe(1);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    expect((await me(caller, await withSecond())).status).toBe(200);
    expect(keyServer.requests).toBe(2);
    expectProblem(await me(caller, await withFirst()), 401, "unauthorized", INVALID_TOKEN);
  });

  test("cannot be judged while the keys cannot be had: 503, and the issuer is left alone for a while", async () => {
    const caller = callerWith({ algorithms: ["ES256"], jwksUrl: keyServer.url });
    const { privateKey, jwk } = await pair("ES256", "a");
    const token = await signed({ exp: now() + 600 }, { alg: "ES256", kid: "a", key: privateKey });
    keyServer.status = 500;
    for (let i = 0; i < 3; i++) {
      const answer = await me(caller, token);
      expectProblem(answer, 503, "unavailable");
      expect(answer.headers.get("retry-after")).toBe("5");
    }
    expect(keyServer.requests).toBe(1);
    Object.assign(keyServer, { status: 200, keys: [jwk] });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5001 });
    expect((await me(caller, token)).status).toBe(200);
    // Trouble of the issuer does not touch tokens whose key is known, nor does an unknown one.
    keyServer.status = 500;
    vi.setSystemTime(Date.now() + 40_000);
    const unknown = await signed({ exp: now() + 600 }, { alg: "ES256", kid: "b", key: privateKey });
    expectProblem(await me(caller, unknown), 503, "unavailable");
    expect((await me(caller, token)).status).toBe(200);
  });

  test("no token chooses its algorithm, or brings its own key", async () => {
    const { privateKey, jwk } = await pair("RS256", "k");
    const own = await pair("RS256", "own");
    const publicText = JSON.stringify(jwk);
    const elliptic = await pair("ES256", "e");
    // The other key is the issuer's too, for something else.
    keyServer.keys = [jwk, elliptic.jwk];
    const caller = callerWith({ algorithms: ["RS256"], jwksUrl: keyServer.url });
    const accepted = await signed({}, { alg: "RS256", kid: "k", key: privateKey });
    expect((await me(caller, accepted)).status).toBe(200);

    const hmac = (text: string) => new TextEncoder().encode(text);
    const forged = [
      // The public key as a shared secret, in the forms that servers have taken it.
      await signed({}, { alg: "HS256", kid: "k", key: hmac(publicText) }),
      await signed({}, { alg: "HS256", kid: "k", key: hmac(jwk.n ?? "") }),
      await signed({}, { alg: "HS256", kid: "k" }),
      await signed({}, { alg: "ES256", kid: "e", key: elliptic.privateKey }),
      await signed({}, { alg: "RS256", kid: "k", key: own.privateKey }),
      await signed({}, { alg: "RS256", kid: "own", jwk: own.jwk, key: own.privateKey }),
      await signed({}, { alg: "RS256", kid: "own", jku: `${keyServer.url}?evil`, key: own.privateKey }),
      await signed({}, { alg: "RS256", kid: "../../k", key: own.privateKey }),
      await signed({}, { alg: "RS384", kid: "k", key: (await generateKeyPair("RS384")).privateKey }),
      unsigned({ alg: "none" }),
      unsigned({ alg: "None", kid: "k" }),
      unsigned({ alg: "RS256", kid: "k", crit: ["b64"], b64: false }),
      unsigned({ alg: "RS256", kid: "k", crit: ["unheard-of"], "unheard-of": 1 }),
    ];
    for (const token of forged) expectProblem(await me(caller, token), 401, "unauthorized", INVALID_TOKEN);
    expect(keyServer.requests).toBe(1);

    // And a shared secret takes no token that says it is signed by a key pair.
    const withSecret = callerWith(shared);
    expectProblem(await me(withSecret, await signed({}, { alg: "HS384" })), 401, "unauthorized");
    expectProblem(await me(withSecret, accepted), 401, "unauthorized", INVALID_TOKEN);
    expectProblem(await me(withSecret, unsigned({ alg: "none" })), 401, "unauthorized", INVALID_TOKEN);
  });

  test("may be given with the options, in place of an address", async () => {
    const { privateKey, jwk } = await pair("ES256", "here");
    const caller = callerWith({ algorithms: ["ES256"], jwks: { keys: [jwk] } });
    expect((await me(caller, await signed({}, { alg: "ES256", kid: "here", key: privateKey }))).status).toBe(
      200,
    );
  });
});

function unsigned(header: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part({ ...CLAIMS, exp: now() + 60 })}.${header && "AAAA"}`;
}
