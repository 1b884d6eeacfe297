import type { Service, ServiceContext } from "../context.ts";
import type { Problem } from "../problem.ts";
import { perService } from "../services.ts";
import { writeAudit } from "./audit.ts";
import { BoundedMap } from "./bounded-map.ts";

/** Refusals in the audit. Whoever is refused may try without end, so an isolate writes one a second of a kind, with how many it left out. */

const PAUSE_MS = 1000;
const MOST_KINDS = 500;

interface Kind {
  openAt: number;
  leftOut: number;
}

const kindsOf: (service: Service) => BoundedMap<string, Kind> = /* @__PURE__ */ perService(
  () => new BoundedMap(MOST_KINDS),
);

/** Nobody is signed in. What was asked for is not kept: a stranger wrote it, and it may hold a secret in the wrong place. */
export function refusedStranger(c: ServiceContext, problem: Problem, keyId: string | undefined): void {
  note(c, c.var.service.options.namespace, "401", { actor: keyId ?? "unknown", reason: problem.message });
}

/** The principal asked for what it may not do. */
export function refusedPrincipal(c: ServiceContext, reason: string): void {
  const { service, principal } = c.var;
  const target = `${c.req.method} ${readable(new URL(c.req.url).pathname)}`;
  note(c, service.namespaceOf(principal), "403", { actor: principal.id, target, reason });
}

function note(
  c: ServiceContext,
  namespace: string,
  status: string,
  entry: { actor: string; target?: string; reason: string },
): void {
  const kinds = kindsOf(c.var.service);
  const key = `${status} ${namespace}`;
  const kind = kinds.get(key) ?? { openAt: 0, leftOut: 0 };
  if (!kinds.has(key)) kinds.set(key, kind);
  const now = Date.now();
  if (now < kind.openAt) {
    kind.leftOut++;
    return;
  }
  const more = kind.leftOut > 0 ? ` (${kind.leftOut} more were refused before and not recorded)` : "";
  kind.openAt = now + PAUSE_MS;
  kind.leftOut = 0;
  writeAudit(c, namespace, { action: "refused", ...entry, reason: entry.reason + more });
}

function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
