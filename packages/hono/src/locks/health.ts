import { createLocks, restStore } from "@holdfast/core";
import type { ServiceContext } from "../context.ts";
import { perService } from "../services.ts";

/** Anybody may ask, so one answer of the store has to do for a while: each look at it is billed. */
const GOOD_FOR_MS = 1000;

/** A health check must answer before whoever asks loses patience, so it gives up soon. */
const probeOf = /* @__PURE__ */ perService(({ options: { redis, namespace } }) => ({
  locks: createLocks({ store: restStore({ ...redis, timeoutMs: 1500, retry: { retries: 1 } }), namespace }),
  answeredAt: Number.NEGATIVE_INFINITY,
}));

/** `GET /healthz`: 200 when the store answers. */
export async function health(c: ServiceContext): Promise<Response> {
  const probe = probeOf(c.var.service);
  const startedAt = performance.now();
  if (Math.abs(Date.now() - probe.answeredAt) <= GOOD_FOR_MS) return c.json({ status: "ok" });
  await probe.locks.inspect("healthz");
  probe.answeredAt = Date.now();
  return c.json({ status: "ok", storeMs: Math.round(performance.now() - startedAt) });
}
