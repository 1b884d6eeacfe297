import type { CreatedKey, CreateKeyRequest, KeyInfo } from "@holdfast/protocol";
import type { Principal, ServiceContext } from "../context.ts";
import { sha256, toHex } from "../digest.ts";
import { Problem, unprocessable } from "../problem.ts";
import { writeAudit } from "./audit.ts";
import { forgetKey } from "./key-cache.ts";
import { newKey, shownKey } from "./key-format.ts";
import { findKey, type KeyRecord, keysOfAll, keysOfTenant, putKey, removeKey } from "./key-records.ts";
import { grantable, lackOf } from "./rights.ts";
import { checkTenantFits, foreignTenant } from "./tenants.ts";

/** One tenant cannot fill the database for all. */
const MOST_KEYS = 1000;
/** How long a key that has run out is still listed. */
const LISTED_MS = 30 * 86_400_000;

/** `POST /v1/keys` */
export async function createKey(
  c: ServiceContext,
  { body }: { body: CreateKeyRequest & { prefixes: string[] } },
): Promise<Response> {
  const { service, principal } = c.var;
  const tenant = tenantFor(c, body.tenant);
  const rights = grantable(principal, body);
  if (rights.expiresAt !== undefined && rights.expiresAt <= Date.now())
    throw unprocessable([{ field: "expiresAt", detail: "must be in the future." }]);
  await makeRoom(c, tenant);

  const { id, key } = newKey();
  const record: KeyRecord = {
    id,
    label: body.label,
    ...(tenant !== undefined && { tenant }),
    ...rights,
    createdAt: Date.now(),
    createdBy: principal.id,
    sha256: toHex(await sha256(key)),
  };
  await putKey(service, record);
  writeAudit(c, service.namespaceOf({ ...principal, ...(tenant !== undefined && { tenant }) }), {
    actor: principal.id,
    action: "key-created",
    target: id,
    reason: `${body.label}: ${rights.scopes.join(" ")}`,
  });
  return c.json<CreatedKey, 201>({ ...infoOf(record), key }, 201);
}

/** `GET /v1/keys`: the latest last. */
export async function listKeys(c: ServiceContext): Promise<Response> {
  const { service, principal } = c.var;
  const records = isOverAll(principal)
    ? await keysOfAll(service)
    : await keysOfTenant(service, principal.tenant);
  const mine = records.filter((record) => governs(principal, record));
  mine.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  return c.json({ keys: mine.map(infoOf) });
}

/** `DELETE /v1/keys/{id}` */
export async function revokeKey(
  c: ServiceContext,
  { params: { id } }: { params: { id: string } },
): Promise<Response> {
  const { service, principal } = c.var;
  const record = await findKey(service, id);
  // It may be remembered here although an earlier try, whose answer was lost, removed it.
  if (record === undefined) forgetKey(service, id);
  if (record === undefined || !governs(principal, record))
    throw new Problem("not-found", "There is no key with this id.");
  try {
    await removeKey(service, record);
  } finally {
    forgetKey(service, id);
  }
  const { tenant } = record;
  writeAudit(c, service.namespaceOf({ ...principal, ...(tenant !== undefined && { tenant }) }), {
    actor: principal.id,
    action: "key-revoked",
    target: id,
    reason: record.label,
  });
  return c.body(null, 204);
}

/** The tenant of a new key: its maker's, or the one that the operator names. */
function tenantFor(c: ServiceContext, named: string | undefined): string | undefined {
  const { service, principal } = c.var;
  if (named === undefined || named === principal.tenant) return principal.tenant;
  if (principal.via !== "operator") throw foreignTenant();
  if (principal.tenant !== undefined)
    throw unprocessable([{ field: "tenant", detail: "differs from the header Holdfast-Tenant." }]);
  checkTenantFits(service, named, "tenant");
  return named;
}

/** A key that has more rights than the one who asks is none of its business, as another tenant's is. The operator sees all. */
function governs(principal: Principal, record: KeyRecord): boolean {
  if (isOverAll(principal)) return true;
  return (
    principal.tenant === record.tenant &&
    lackOf(principal, {
      scopes: record.scopes,
      prefixes: record.prefixes,
      ...(record.maxTtlMs !== undefined && { maxTtlMs: record.maxTtlMs }),
    }) === undefined
  );
}

function isOverAll({ via, tenant }: Principal): boolean {
  return via === "operator" && tenant === undefined;
}

/** Clears out what ran out long ago. */
async function makeRoom({ var: { service } }: ServiceContext, tenant: string | undefined): Promise<void> {
  const records = await keysOfTenant(service, tenant);
  const old = Date.now() - LISTED_MS;
  const ended = records.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt < old);
  for (const record of ended) await removeKey(service, record);
  if (records.length - ended.length >= MOST_KEYS)
    throw new Problem("forbidden", `There are ${MOST_KEYS} keys. Revoke those that nobody uses.`);
}

function infoOf({ sha256: _, ...record }: KeyRecord): KeyInfo {
  return { ...record, shown: shownKey(record.id) };
}
