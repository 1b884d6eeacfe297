import type { Principal, Service } from "../context.ts";

/** Where the history of a tenant is. All of it has a time to live. */
export interface HistoryKeys {
  /** A stream; a channel of the same name rings when something was added. */
  readonly events: string;
  /** A hash of numbers: see counters.ts. */
  readonly counters: string;
}

export function historyKeys(service: Service, principal: Pick<Principal, "tenant">): HistoryKeys {
  const namespace = service.namespaceOf(principal as Principal);
  return { events: `${namespace}:svc:events`, counters: `${namespace}:svc:counters` };
}

/** A sorted set: the tenants that have a history, by when that was last known. */
export function tenantsKey({ options }: Service): string {
  return `${options.namespace}:svc:tenants`;
}
