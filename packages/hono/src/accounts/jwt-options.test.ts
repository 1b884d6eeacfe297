import { expect, test } from "vitest";
import type { JwtIssuer } from "./jwt-issuer.ts";
import { checkIssuers } from "./jwt-options.ts";

const SECRET = "a secret that is thirty-two bytes or longer";
const ISSUER = "https://login.example/";
const shared = { secret: SECRET };

const checked = (...issuers: Partial<JwtIssuer>[]) =>
  checkIssuers(
    issuers.map((more) => ({
      issuer: ISSUER,
      audience: "locks",
      algorithms: ["HS256"],
      prefixes: [""],
      ...more,
    })),
    "jwt (HOLDFAST_JWT)",
    "n".repeat(40),
  );

test("an issuer is called by its host, gives no locks:admin and is 5 s off at the most, unless it says otherwise", () => {
  expect(checked(shared)).toMatchObject([
    { name: "login.example", scopes: ["locks:acquire", "locks:read"], clockToleranceS: 5 },
  ]);
  expect(checked({ ...shared, issuer: "urn:my app|x" })[0]?.name).toBe("urn_my_app_x");
});

test.each<[string, Partial<JwtIssuer>]>([
  ["neither keys nor a secret", {}],
  ["both", { secret: SECRET, jwksUrl: "https://login.example/keys" }],
  ["a short secret", { secret: "short" }],
  ["a secret for key pairs", { secret: SECRET, algorithms: ["RS256"] }],
  ["a secret for both", { secret: SECRET, algorithms: ["HS256", "ES256"] }],
  ["public keys as a shared secret", { jwksUrl: "https://login.example/keys", algorithms: ["HS256"] }],
  ["keys over an open line", { jwksUrl: "http://login.example/keys", algorithms: ["ES256"] }],
  ["a private key", { jwks: { keys: [{ kty: "EC", d: "x" }] }, algorithms: ["ES256"] }],
  ["a shared secret among the keys", { jwks: { keys: [{ kty: "oct", k: "x" }] }, algorithms: ["ES256"] }],
  ["no algorithm", { secret: SECRET, algorithms: [] }],
  ["an algorithm none", { secret: SECRET, algorithms: ["none" as "HS256"] }],
  ["a template that runs into names", { secret: SECRET, prefixes: ["user:{sub}"] }],
  ["a template that another begins", { secret: SECRET, prefixes: ["user:{sub}x"] }],
  ["a misspelt template", { secret: SECRET, prefixes: ["user:{subject}:"] }],
  ["a tenant too long for the namespace", { secret: SECRET, tenant: "a".repeat(24) }],
  ["a tenant claim without a list", { secret: SECRET, tenantClaim: "org" }],
  ["a misspelt option", { secret: SECRET, audiences: ["x"] } as Partial<JwtIssuer>],
])("an issuer with %s is the operator's mistake", (_, issuer) => {
  expect(() => checked(issuer)).toThrow(/jwt \(HOLDFAST_JWT\) cannot be used: \[0/);
  expect(() => checked(issuer)).not.toThrow(SECRET);
});

test("two issuers that could be taken for one another are the operator's mistake", () => {
  expect(() => checked(shared, shared)).toThrow(/different issuers/);
  expect(() => checked(shared, { ...shared, issuer: `${ISSUER}two` })).toThrow(/different names/);
});
