import { createGuard, createLocks, restStore } from "@holdfast/core";
import { answerTo, pay } from "@holdfast-examples/shop";
import { type Env, scheduled } from "./scheduled.ts";

// In the handler, not outside: what one request opened, another request of a Worker must not use.
function connect(env: Env, ctx: ExecutionContext) {
  const store = restStore({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN });
  // Timers stop with the response. waitUntil keeps renewal alive, and giving back what a failed acquire may have got.
  const locks = createLocks({ store, waitUntil: (work) => ctx.waitUntil(work) });
  return { locks, guard: createGuard({ store }) };
}

export default {
  async fetch(request, env, ctx) {
    const id = new URLPattern({ pathname: "/invoices/:id/pay" }).exec(request.url)?.pathname.groups.id;
    if (request.method !== "POST" || !id) return new Response("not found", { status: 404 });
    const { locks, guard } = connect(env, ctx);
    try {
      // A free plan has 50 subrequests: 20 at the most for waiting leaves the rest to the work.
      return await locks.request(
        `invoice:${id}`,
        { ttlMs: 15_000, waitMs: 5000, maxRequests: 20, signal: request.signal },
        (lease) => pay(id, lease, guard, env.PAYMENTS_URL),
      );
    } catch (error) {
      return answerTo(error);
    }
  },

  scheduled,
} satisfies ExportedHandler<Env>;
