import { type Scope, scopeOf } from "@holdfast/protocol";
import type { Principal, ServiceContext } from "../context.ts";
import { Problem, unprocessable } from "../problem.ts";

/** What the one who asks may do. Routes without a signed-in principal have no scope. */

/** @throws Problem `forbidden` when the principal lacks the route's scope. */
export function allow(c: ServiceContext, route: Parameters<typeof scopeOf>[0]): void {
  const scope = scopeOf(route);
  if (scope !== undefined) needScope(c, scope);
}

/** @throws Problem `forbidden` */
export function needScope(c: ServiceContext, scope: Scope): void {
  if (!c.var.principal.scopes.includes(scope))
    throw new Problem("forbidden", `This needs the scope ${scope}.`);
}

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
