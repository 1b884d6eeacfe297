import { afterEach, expect, test, vi } from "vitest";
import { call, expectProblem, newName } from "./service.ts";

const SECRET = "a secret that is thirty-two bytes or longer";
const HOLDFAST_JWT = JSON.stringify([
  {
    issuer: "https://login.example/",
    audience: "locks",
    algorithms: ["HS256"],
    prefixes: ["user:{sub}:"],
    maxTtlMs: 60_000,
  },
  {
    issuer: "https://keys.example/",
    audience: "locks",
    algorithms: ["ES256"],
    jwksUrl: "https://keys.example/.well-known/jwks.json",
    prefixes: [""],
  },
]);
const env = { HOLDFAST_JWT, HOLDFAST_JWT_SECRET: `${SECRET}\n` };
const text = new TextEncoder();

const part = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

async function signed(alg: "HS256" | "ES256", key: CryptoKey, claims: object): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  const payload = {
    iss: "https://login.example/",
    aud: "locks",
    sub: "ann",
    scope: "locks:read",
    exp,
    ...claims,
  };
  const body = [{ alg, kid: "k" }, payload]
    .map((value) => part(text.encode(JSON.stringify(value))))
    .join(".");
  const algorithm = alg === "HS256" ? "HMAC" : { name: "ECDSA", hash: "SHA-256" };
  return `${body}.${part(new Uint8Array(await crypto.subtle.sign(algorithm, key, text.encode(body))))}`;
}

const secretKey = (secret: string) =>
  crypto.subtle.importKey("raw", text.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

afterEach(() => vi.unstubAllGlobals());

test("a user's token opens what its issuer was set up for", async () => {
  const key = await signed("HS256", await secretKey(SECRET), {});
  expect((await call("GET", "/v1/me", { key, env })).json).toMatchObject({
    id: "login.example|ann",
    via: "jwt",
    prefixes: ["user:ann:"],
    maxTtlMs: 60_000,
  });
  expect((await call("GET", "/v1/locks/user:ann:1", { key, env })).status).toBe(200);
  expectProblem(await call("GET", newName().path, { key, env }), 403, "forbidden");
  expectProblem(await call("GET", "/v1/me", { key }), 401, "unauthorized");
  const forged = await signed("HS256", await secretKey(`${SECRET}!`), {});
  expectProblem(await call("GET", "/v1/me", { key: forged, env }), 401, "unauthorized");
});

test("requests at the same time are checked with public keys that are fetched, in workerd as well", async () => {
  const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const jwk = { ...((await crypto.subtle.exportKey("jwk", pair.publicKey)) as object), kid: "k" };
  const fetchOf = globalThis.fetch;
  vi.stubGlobal("fetch", async (...args: Parameters<typeof fetch>) =>
    String(args[0]).startsWith("https://keys.example/") ? Response.json({ keys: [jwk] }) : fetchOf(...args),
  );
  const key = await signed("ES256", pair.privateKey, { iss: "https://keys.example/" });
  const answers = await Promise.all([1, 2, 3].map(() => call("GET", "/v1/me", { key, env })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test.each([
  ["no JSON", { HOLDFAST_JWT: "[{" }],
  ["no list", { HOLDFAST_JWT: "{}" }],
  ["something that is no issuer", { HOLDFAST_JWT: "[null]" }],
  ["a secret to come that did not", { HOLDFAST_JWT }],
  ["a secret that is too short", { HOLDFAST_JWT, HOLDFAST_JWT_SECRET: "short-secret" }],
])("%s in HOLDFAST_JWT: 503 that names the variable and no value", async (_, settings) => {
  const answer = await call("GET", newName().path, { env: settings });
  expectProblem(answer, 503, "misconfigured");
  expect(answer.json.detail).toContain("HOLDFAST_JWT");
  expect(answer.text).not.toContain("short-secret");
});
