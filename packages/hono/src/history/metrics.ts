import { answerOf } from "../accounts/database.ts";
import type { ServiceContext } from "../context.ts";
import { noticesOf } from "../nodes/notices.ts";
import { historyKeys, tenantsKey } from "./keys.ts";
import { CONTENT_TYPE, exposition, noticed, type TenantCounters } from "./prometheus.ts";

/** More would be too many series for Prometheus as well. */
const MOST_TENANTS = 1000;

/** `GET /metrics`: the principal's tenant; for the operator, all of them. */
export async function metrics(c: ServiceContext): Promise<Response> {
  const { principal } = c.var;
  const tenants = principal.tenant === undefined ? ["", ...(await knownTenants(c))] : [principal.tenant];
  const counters = exposition(await read(c, tenants));
  // The nodes are not any one tenant's.
  const notices = principal.tenant === undefined ? noticed(noticesOf(c.var.service)) : "";
  return c.body(counters + notices, 200, { "content-type": CONTENT_TYPE });
}

/** The latest of them, in the order of their names. */
async function knownTenants({ var: { service } }: ServiceContext): Promise<string[]> {
  const latest = await service.redis.zrange<string[]>(tenantsKey(service), 0, MOST_TENANTS - 1, {
    rev: true,
  });
  return latest.sort();
}

async function read(
  { var: { service } }: ServiceContext,
  tenants: readonly string[],
): Promise<TenantCounters[]> {
  const pipeline = service.redis.pipeline();
  for (const tenant of tenants)
    pipeline.hgetall(historyKeys(service, tenant === "" ? {} : { tenant }).counters);
  const answers = await answerOf(pipeline.exec<(readonly string[])[]>());
  return tenants.map((tenant, i) => ({ tenant, fields: pairs(answers[i] ?? []) }));
}

/** As the database answers a hash: fields and values in turn. */
function pairs(flat: readonly string[]): Map<string, number> {
  const fields = new Map<string, number>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(String(flat[i]), Number(flat[i + 1]));
  return fields;
}
