import type { AuditEntry } from "@holdfast/protocol";
import { leaveTo, type Principal, type Service, type ServiceContext } from "../context.ts";
import { answerOf } from "./database.ts";

/** Who did what that needed a right: a stream of each tenant, bounded in length and time. No secret ever gets into it. */

const MOST_ENTRIES = 10_000;
const KEPT_S = 90 * 86_400;
const LONGEST = 512;
/** One field of JSON: the client would turn a name such as `42` into a number. */
const FIELD = "entry";

export type Audited = Omit<AuditEntry, "id" | "at" | "actor">;

/** Records what the principal did. Holds up no answer, and never throws: what was done is done. */
export function audit(c: ServiceContext, entry: Audited): void {
  const { service, principal } = c.var;
  writeAudit(c, service.namespaceOf(principal), { actor: principal.id, ...entry });
}

/** The same for a tenant that is not the principal's, or for who is nobody. */
export function writeAudit(c: ServiceContext, namespace: string, entry: Omit<AuditEntry, "id" | "at">): void {
  const { redis } = c.var.service;
  const { actor, action, target, reason } = entry;
  const text = JSON.stringify({
    actor: shorten(actor),
    action,
    ...(target !== undefined && { target: shorten(target) }),
    ...(reason !== undefined && { reason: shorten(reason) }),
  });
  const key = keyOf(namespace);
  leaveTo(c)(
    answerOf(
      redis
        .pipeline()
        .xadd(
          key,
          "*",
          { [FIELD]: text },
          { trim: { type: "MAXLEN", comparison: "~", threshold: MOST_ENTRIES } },
        )
        .expire(key, KEPT_S)
        .exec(),
    ),
  );
}

/** The latest `limit` entries since a moment that `sees` lets through, the latest last. */
export async function readAudit(
  service: Service,
  principal: Principal,
  range: { readonly since: number; readonly limit: number },
  sees: (entry: AuditEntry) => boolean,
): Promise<AuditEntry[]> {
  const key = keyOf(service.namespaceOf(principal));
  // More than asked for, since some may be for other eyes.
  const rows: unknown = await answerOf(
    service.redis.xrevrange(key, "+", String(range.since), MOST_ENTRIES / 10),
  );
  if (!Array.isArray(rows)) return [];
  return rows.flatMap(entryOf).filter(sees).slice(0, range.limit).reverse();
}

function entryOf(row: unknown): AuditEntry[] {
  const [id, fields] = row as [string, string[]];
  try {
    return [{ id, at: Number.parseInt(id, 10), ...JSON.parse(fields[1] ?? "") }];
  } catch {
    return [];
  }
}

function keyOf(namespace: string): string {
  return `${namespace}:svc:audit`;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
