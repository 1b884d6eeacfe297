import { Ratelimit } from "@upstash/ratelimit";
import type { Service, ServiceContext } from "../context.ts";
import { Problem } from "../problem.ts";
import { perService } from "../services.ts";
import { BoundedMap } from "./bounded-map.ts";

/** How long the limiter may hold a request up before it is let through. */
const PATIENCE_MS = 1000;
const MOST_LIMITERS = 500;
const MOST_BLOCKED = 1000;
/** Who is over the limit is told so from here for that long, at no cost to the database. No longer: a sliding window frees as it goes. */
const BLOCKED_MS = 1000;

interface Limits {
  readonly limiters: BoundedMap<string, Ratelimit>;
  /** When the last refusal was, and when the window ends. */
  readonly blocked: BoundedMap<string, { readonly since: number; readonly reset: number }>;
}

const limitsOf: (service: Service) => Limits = /* @__PURE__ */ perService(() => ({
  limiters: new BoundedMap(MOST_LIMITERS),
  blocked: new BoundedMap(MOST_BLOCKED),
}));

/**
 * Counts the request against the principal's limit.
 *
 * While the database does not answer, everybody passes: what follows asks the same database and fails for the true reason,
 * and a renewal that was turned away by mistake would cost its lease. Locks on several nodes go on.
 *
 * @returns the fields of draft-ietf-httpapi-ratelimit-headers; none for a principal without a limit.
 * @throws Problem `rate-limited`
 */
export async function limitRate(c: ServiceContext): Promise<Record<string, string>> {
  const { service, principal } = c.var;
  const { rateLimit, id } = principal;
  if (rateLimit === undefined) return {};
  const verdict = await judge(service, service.namespaceOf(principal), id, rateLimit);
  if (verdict === undefined) return {};

  const resetS = Math.max(1, Math.ceil((verdict.reset - Date.now()) / 1000));
  const headers = {
    "ratelimit-policy": `"key";q=${rateLimit.requests};w=${Math.ceil(rateLimit.windowMs / 1000)}`,
    ratelimit: `"key";r=${verdict.remaining};t=${resetS}`,
  };
  if (verdict.success) return headers;
  throw new Problem(
    "rate-limited",
    `This key may make ${rateLimit.requests} requests in ${rateLimit.windowMs} ms.`,
    {
      headers: { ...headers, "retry-after": String(resetS) },
    },
  );
}

/** @returns undefined when the database did not say. */
async function judge(
  service: Service,
  namespace: string,
  id: string,
  rate: { readonly requests: number; readonly windowMs: number },
): Promise<{ success: boolean; remaining: number; reset: number } | undefined> {
  const { limiters, blocked } = limitsOf(service);
  const who = `${namespace} ${id}`;
  const before = blocked.get(who);
  if (before && Date.now() < Math.min(before.since + BLOCKED_MS, before.reset))
    return { success: false, remaining: 0, reset: before.reset };
  const verdict = await limiterFor(limiters, service, namespace, rate)
    .limit(id)
    .catch(() => undefined);
  if (verdict === undefined || verdict.reason === "timeout") return undefined;
  if (!verdict.success) blocked.set(who, { since: Date.now(), reset: verdict.reset });
  return verdict;
}

/** Its keys in the database end by themselves, two windows and a second after the last request. */
function limiterFor(
  limiters: Limits["limiters"],
  service: Service,
  namespace: string,
  { requests, windowMs }: { readonly requests: number; readonly windowMs: number },
): Ratelimit {
  const key = `${namespace} ${requests} ${windowMs}`;
  const known = limiters.get(key);
  if (known) return known;
  const limiter = new Ratelimit({
    redis: service.redis,
    limiter: Ratelimit.slidingWindow(requests, `${windowMs} ms`),
    prefix: `${namespace}:svc:rate`,
    timeout: PATIENCE_MS,
    ephemeralCache: false,
    analytics: false,
    enableTelemetry: false,
  });
  limiters.set(key, limiter);
  return limiter;
}
