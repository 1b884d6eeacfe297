import { keyInfo, LIMITS, scope, tenant } from "@holdfast/protocol";
import { z } from "@hono/zod-openapi";
import { misconfigured } from "../problem.ts";
import type { CheckedIssuer } from "./jwt-issuer.ts";
import { longestTenant } from "./tenants.ts";

const ASYMMETRIC = ["ES256", "RS256"];

const publicKey = z
  .looseObject({ kty: z.enum(["EC", "RSA"]) })
  .refine((jwk) => !("d" in jwk) && !("k" in jwk), "must be a public key");

const prefixTemplate = z
  .string()
  .max(LIMITS.nameLength.max)
  .refine(
    (text) => text.replaceAll(/\{sub\}(?=[^\w.!~*'()%{-])/g, "").search(/[{}]/) === -1,
    "may hold {sub}, followed by a character such as : or /, and no other braces",
  );

const issuer = z
  .strictObject({
    issuer: z.string().min(1).max(512),
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .optional(),
    audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
    algorithms: z.array(z.enum(["HS256", "ES256", "RS256"])).min(1),
    secret: z
      .string()
      .refine((text) => new TextEncoder().encode(text).length >= 32, "must have at least 32 bytes")
      .optional(),
    jwksUrl: z.string().refine(isSafeUrl, "must be an https URL").optional(),
    jwks: z.looseObject({ keys: z.array(publicKey).min(1) }).optional(),
    scopes: z.array(scope).min(1).default(["locks:acquire", "locks:read"]),
    prefixes: z.array(prefixTemplate).min(1).max(20).optional(),
    tenant: tenant.optional(),
    tenantClaim: z.string().min(1).optional(),
    tenants: z.array(tenant).min(1).optional(),
    maxTtlMs: keyInfo.shape.maxTtlMs,
    rateLimit: keyInfo.shape.rateLimit,
    clockToleranceS: z.int().min(0).max(300).default(5),
  })
  .refine((it) => [it.secret, it.jwksUrl, it.jwks].filter((keys) => keys !== undefined).length === 1, {
    path: ["secret"],
    message: "exactly one of secret, jwksUrl and jwks must be given",
  })
  // One kind of key for one kind of algorithm: nothing that is public is ever taken for a shared secret.
  .refine(
    (it) =>
      it.secret !== undefined
        ? it.algorithms.every((name) => name === "HS256")
        : it.algorithms.every((name) => ASYMMETRIC.includes(name)),
    { path: ["algorithms"], message: "must be HS256 with a secret, and ES256 or RS256 with public keys" },
  )
  .refine((it) => (it.tenantClaim === undefined) === (it.tenants === undefined), {
    path: ["tenants"],
    message: "must be given with tenantClaim, and only then",
  })
  .refine((it) => it.tenant === undefined || it.tenantClaim === undefined, {
    path: ["tenant"],
    message: "must not be given with tenantClaim",
  })
  .transform((it) => ({ ...it, name: it.name ?? hostOf(it.issuer) }));

const issuers = z
  .array(issuer)
  .refine((list) => differ(list.map((it) => it.issuer)), "must have different issuers")
  .refine((list) => differ(list.map((it) => it.name)), "must have different names");

/** @throws Problem `misconfigured` that names the place and no value. */
export function checkIssuers(given: unknown, option: string, namespace: string): readonly CheckedIssuer[] {
  const result = issuers.safeParse(given);
  const faults = result.success
    ? result.data.flatMap((it, at) => tenantFaults(it, namespace, at))
    : result.error.issues.slice(0, 5).map(({ path, message }) => `[${path.join(".")}] ${message}`);
  if (faults.length > 0) throw misconfigured(`${option} cannot be used: ${faults.join("; ")}.`);
  return result.data as readonly CheckedIssuer[];
}

function tenantFaults(it: z.output<typeof issuer>, namespace: string, at: number): string[] {
  const most = longestTenant(namespace);
  const named = [...(it.tenants ?? []), ...(it.tenant === undefined ? [] : [it.tenant])];
  return named.some((text) => text.length > most)
    ? [`[${at}.tenant] must be at most ${most} long beside this namespace`]
    : [];
}

/** Keys that came over an open line could be anybody's. */
function isSafeUrl(text: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(text);
    const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
    return (protocol === "https:" || (protocol === "http:" && local)) && username === "" && password === "";
  } catch {
    return false;
  }
}

function hostOf(text: string): string {
  try {
    return new URL(text).hostname || plain(text);
  } catch {
    return plain(text);
  }
}

/** Without the character that parts an issuer's name from the user's. */
function plain(text: string): string {
  return text.replaceAll(/[^\w.-]/g, "_").slice(0, 64);
}

function differ(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
