import { prefix, type Scope } from "@holdfast/protocol";
import type { JWTPayload } from "jose";
import type { Principal } from "../context.ts";
import { Problem } from "../problem.ts";
import type { CheckedIssuer } from "./jwt-issuer.ts";

/** What a verified token makes of its bearer. */

const LONGEST_SUBJECT = 255;
const MOST_PREFIXES = 20;

/** @throws Problem `forbidden` when the token is genuine and is no use here. */
export function principalOf(issuer: CheckedIssuer, claims: JWTPayload): Principal {
  const { maxTtlMs, rateLimit } = issuer;
  const subject = subjectOf(claims);
  const tenant = tenantOf(issuer, claims);
  return {
    // A name has no bar in it, so that no two issuers' users meet.
    id: `${issuer.name}|${subject}`,
    via: "jwt",
    ...(tenant !== undefined && { tenant }),
    scopes: scopesOf(issuer, claims),
    prefixes: prefixesOf(issuer, claims, subject),
    ...(maxTtlMs !== undefined && { maxTtlMs }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}

function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub !== "string" || sub === "" || sub.length > LONGEST_SUBJECT || /[\p{Cc}\p{Cs}]/u.test(sub))
    throw new Problem("forbidden", "The token's claim sub must be 1 to 255 characters of text.");
  return sub;
}

function tenantOf(issuer: CheckedIssuer, claims: JWTPayload): string | undefined {
  if (issuer.tenantClaim === undefined) return issuer.tenant;
  const named = Object.hasOwn(claims, issuer.tenantClaim) ? claims[issuer.tenantClaim] : undefined;
  const tenant = issuer.tenants?.find((allowed) => allowed === named);
  if (tenant === undefined) throw new Problem("forbidden", "The token is for none of its issuer's tenants.");
  return tenant;
}

/** `scopes` as a list, or `scope` with blanks in between (RFC 8693 §4.2). Tokens carry other services' scopes too. */
function scopesOf(issuer: CheckedIssuer, { scopes, scope }: JWTPayload): readonly Scope[] {
  const carried = Array.isArray(scopes) ? scopes : typeof scope === "string" ? scope.split(" ") : [];
  const counting = issuer.scopes.filter((allowed) => carried.includes(allowed));
  if (counting.length === 0)
    throw new Problem("forbidden", "The token has no scope that counts here, such as locks:acquire.");
  return counting;
}

function prefixesOf(issuer: CheckedIssuer, claims: JWTPayload, subject: string): readonly string[] {
  const { holdfast_prefixes: claimed = issuer.prefixes?.map((template) => filled(template, subject)) } =
    claims;
  const list = Array.isArray(claimed) ? claimed : [];
  if (list.length === 0 || list.length > MOST_PREFIXES || !list.every((it) => prefix.safeParse(it).success))
    throw new Problem("forbidden", "The token's claim holdfast_prefixes must be a list of 1 to 20 prefixes.");
  return list;
}

/** Encoded, the subject holds nothing that can follow it in a template, so no user's prefix begins another's. */
function filled(template: string, subject: string): string {
  return template.replaceAll("{sub}", () => encodeURIComponent(subject));
}
