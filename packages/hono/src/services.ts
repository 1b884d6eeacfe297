import { createLocks, HoldfastError, restStore } from "@holdfast/core";
import { Redis } from "@upstash/redis/cloudflare";
import type { Principal, Service } from "./context.ts";
import { nodesOf } from "./nodes/quorum.ts";
import { checkOptions, type LockServiceOptions, OPTION_NAMES } from "./options.ts";
import { misconfigured } from "./problem.ts";

/** More than any one program has at a time; whatever is older is made anew. */
const MOST_KEPT = 32;

/**
 * Services by the content of their options. Their stores remember which scripts the server has and the sync token, and open
 * connections only on behalf of a request: the edge lets no request touch the I/O of another.
 */
const services = new Map<string, Service>();

/** @throws Problem `misconfigured` when the options cannot be used. */
export function serviceOf(options: LockServiceOptions): Service {
  const key = JSON.stringify(options);
  const known = services.get(key);
  if (known) return known;
  const service = createService(options);
  for (const oldest of services.keys()) {
    if (services.size < MOST_KEPT) break;
    services.delete(oldest);
  }
  services.set(key, service);
  return service;
}

/** What a part of the service keeps for each service, made when it is first asked for. */
export function perService<T>(make: (service: Service) => T): (service: Service) => T {
  const kept = new WeakMap<Service, T>();
  return (service) => {
    const value = kept.get(service) ?? make(service);
    kept.set(service, value);
    return value;
  };
}

function createService(given: LockServiceOptions): Service {
  const options = checkOptions(given);
  const { redis, acks, namespace } = options;
  const nodes = nodesOf(options);
  return usable(() => {
    const store = restStore({ ...redis, ...(acks !== undefined && { acks }) });
    createLocks({ store, namespace }); // refuses a namespace that cannot be
    return {
      options,
      store,
      nodes,
      redis: new Redis({
        ...redis,
        retry: { retries: 1 },
        automaticDeserialization: false,
        responseEncoding: false,
        enableAutoPipelining: false,
        enableTelemetry: false,
      }),
      namespaceOf: ({ tenant }: Principal) => (tenant === undefined ? namespace : `${namespace}.${tenant}`),
    };
  });
}

/** Settings that the SDK refuses are the operator's mistake, not the caller's. */
function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { url, token, acks, namespace } = OPTION_NAMES;
    throw misconfigured(`${url}, ${token}, ${acks} or ${namespace} cannot be used; ${error.message}`);
  }
}
