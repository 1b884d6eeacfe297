import type { LockEventBody } from "@holdfast/protocol";
import type { ServiceContext } from "../context.ts";

/** Tells what happened to a lock. Never throws, and holds up no answer. */
export function record(c: ServiceContext, event: Omit<LockEventBody, "id" | "at" | "actor">): void {
  const { service, options, principal } = c.var;
  const { id: actor } = principal;
  try {
    options.onEvent?.({ ...event, at: Date.now(), actor, namespace: service.namespaceOf(principal) });
  } catch {
    // The listener's own affair.
  }
}
