import { type AuditEntry, type Me, routes } from "@holdfast/protocol";
import type { Principal, ServiceApp, ServiceContext } from "../context.ts";
import { mount } from "../mount.ts";
import { readAudit } from "./audit.ts";
import { createKey, listKeys, revokeKey } from "./keys-routes.ts";
import { mayName } from "./rights.ts";

/** Every route that is about who may do what. */
export function mountAccounts(app: ServiceApp): void {
  mount(app, routes.me, me);
  mount(app, routes.createKey, createKey);
  mount(app, routes.keys, listKeys);
  mount(app, routes.revokeKey, revokeKey);
  mount(app, routes.audit, showAudit);
}

function me(c: ServiceContext): Response {
  const { id, via, tenant, scopes, prefixes, maxTtlMs, rateLimit } = c.var.principal;
  return c.json<Me>({
    id,
    via,
    ...(tenant !== undefined && { tenant }),
    scopes: [...scopes],
    prefixes: [...prefixes],
    ...(maxTtlMs !== undefined && { maxTtlMs }),
    ...(rateLimit !== undefined && { rateLimit }),
  });
}

async function showAudit(
  c: ServiceContext,
  { query: { since = 0, limit } }: { query: { since?: number | undefined; limit: number } },
): Promise<Response> {
  const { service, principal } = c.var;
  const entries = await readAudit(service, principal, { since, limit }, (entry) => mayRead(principal, entry));
  return c.json({ entries });
}

/** Who may use some names only reads of those, and of itself. */
function mayRead(principal: Principal, { actor, action, target }: AuditEntry): boolean {
  if (actor === principal.id || principal.prefixes.includes("")) return true;
  return action.startsWith("lock-") || action === "semaphore-resized"
    ? target !== undefined && mayName(principal, target)
    : false;
}
