import { tenant as tenantName } from "@holdfast/protocol";
import type { Principal, Service } from "../context.ts";
import { Problem, unprocessable } from "../problem.ts";

/** Each tenant has lock names of its own: its namespace is the service's with the tenant's name behind it. */

const LONGEST_NAMESPACE = 64;
export const TENANT_HEADER = "Holdfast-Tenant";

/**
 * The principal in the tenant that the request names. Only the operator has a choice.
 *
 * @throws Problem `forbidden` when it is not the principal's own, whether there is such a tenant or not.
 */
export function inTenant(service: Service, principal: Principal, named: string | undefined): Principal {
  if (named === undefined || named === principal.tenant) return principal;
  if (principal.via !== "operator") throw foreignTenant();
  if (!tenantName.safeParse(named).success)
    throw unprocessable([
      { field: TENANT_HEADER, detail: "must be 1 to 32 of a-z 0-9 -, with no - at its ends." },
    ]);
  checkTenantFits(service, named, TENANT_HEADER);
  return { ...principal, tenant: named };
}

export function foreignTenant(): Problem {
  return new Problem("forbidden", "This key is not for that tenant.");
}

/** @throws Problem `invalid-argument` when the two names together are longer than a namespace may be. */
export function checkTenantFits({ options }: Service, tenant: string, field: string): void {
  const most = longestTenant(options.namespace);
  if (tenant.length > most)
    throw unprocessable([{ field, detail: `must be at most ${most} long in this service.` }]);
}

/** How long a tenant's name may be beside this namespace. */
export function longestTenant(namespace: string): number {
  return LONGEST_NAMESPACE - namespace.length - 1;
}
