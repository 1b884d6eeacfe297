import { type CreateKeyRequest, type Scope, scopeOf } from "@holdfast/protocol";
import type { Principal, ServiceContext } from "../context.ts";
import { Problem, unprocessable } from "../problem.ts";
import { lacksScope } from "./challenge.ts";

/** What the one who asks may do. Scopes stand each for itself: locks:admin alone takes no lock and looks at none. */

/** @throws Problem `forbidden` when the principal lacks the route's scope. */
export function allow(c: ServiceContext, route: Parameters<typeof scopeOf>[0]): void {
  const scope = scopeOf(route);
  if (scope !== undefined) needScope(c, scope);
}

/** @throws Problem `forbidden` */
export function needScope(c: ServiceContext, scope: Scope): void {
  if (!c.var.principal.scopes.includes(scope)) throw lacksScope(scope);
}

/** Compared unit by unit, as the store keeps names: none is the same as another that only looks like it. */
export function mayName({ prefixes }: Principal, name: string): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}

/** @throws Problem `forbidden` when the name is outside the principal's prefixes. */
export function checkName(c: ServiceContext, name: string): void {
  if (!mayName(c.var.principal, name))
    throw new Problem("forbidden", "The key is not for names that begin like this one.");
}

/** @throws Problem `invalid-argument` when the lease would be longer than the principal may have. */
export function checkTtl(c: ServiceContext, ttlMs: number, field = "ttlMs"): void {
  const { maxTtlMs } = c.var.principal;
  if (maxTtlMs !== undefined && ttlMs > maxTtlMs)
    throw unprocessable([{ field, detail: `must be at most ${maxTtlMs} with this key.` }]);
}

/** @returns what of these rights the principal lacks, in words; undefined when it has them all. */
export function lackOf(
  principal: Principal,
  rights: Pick<Principal, "scopes" | "prefixes" | "maxTtlMs">,
): string | undefined {
  const scope = rights.scopes.find((wanted) => !principal.scopes.includes(wanted));
  if (scope !== undefined) return `the scope ${scope}`;
  if (!rights.prefixes.every((prefix) => mayName(principal, prefix))) return "one of the prefixes";
  if (principal.maxTtlMs !== undefined && (rights.maxTtlMs ?? Number.POSITIVE_INFINITY) > principal.maxTtlMs)
    return `leases of more than ${principal.maxTtlMs} ms`;
  return undefined;
}

/**
 * What a new key gets: what was asked for, and the limits of its maker where nothing was.
 *
 * @throws Problem `forbidden` when its maker lacks a right that it should have.
 */
export function grantable(
  principal: Principal,
  wanted: CreateKeyRequest & { prefixes: string[] },
): Omit<typeof wanted, "tenant" | "label"> {
  const { maxTtlMs = principal.maxTtlMs, rateLimit = principal.rateLimit, scopes, prefixes } = wanted;
  const { expiresAt = principal.expiresAt } = wanted;
  const lack =
    lackOf(principal, { scopes, prefixes, ...(maxTtlMs !== undefined && { maxTtlMs }) }) ??
    (isLooser(rateLimit, principal.rateLimit) ? "a higher rate" : undefined) ??
    ((expiresAt ?? Number.POSITIVE_INFINITY) > (principal.expiresAt ?? Number.POSITIVE_INFINITY)
      ? "a longer life"
      : undefined);
  if (lack !== undefined) throw new Problem("forbidden", `This key cannot give what it lacks: ${lack}.`);
  return {
    scopes,
    prefixes,
    ...(maxTtlMs !== undefined && { maxTtlMs }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function isLooser(wanted: Principal["rateLimit"], own: Principal["rateLimit"]): boolean {
  if (own === undefined || wanted === undefined) return false;
  return wanted.requests > own.requests || wanted.requests * own.windowMs > own.requests * wanted.windowMs;
}
