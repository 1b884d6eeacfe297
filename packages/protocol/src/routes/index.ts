import { accountRoutes } from "./accounts.ts";
import { jobRoutes } from "./jobs.ts";
import { leaseRoutes } from "./leases.ts";
import { lockRoutes } from "./locks.ts";
import { operationRoutes } from "./operations.ts";
import type { Scope } from "./parts.ts";
import { watchRoutes } from "./watching.ts";

/**
 * Every route of the API, described once: the service checks by it, /openapi.json is made of it, the client's types are
 * its own. The scope that a route needs is its `security`.
 */
export const routes = {
  ...lockRoutes,
  ...leaseRoutes,
  ...watchRoutes,
  ...jobRoutes,
  ...accountRoutes,
  ...operationRoutes,
} as const;

/** The scope that a route needs; undefined where any valid key will do, or none. */
export function scopeOf(route: { readonly security?: Record<string, string[]>[] }): Scope | undefined {
  return route.security?.[0]?.key?.[0] as Scope | undefined;
}
