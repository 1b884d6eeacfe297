import { createGuard, createLocks, restStore } from "@holdfast/core";
import { answerTo, pay } from "@holdfast-examples/shop";

const env = (name: string): string => {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

// An isolate serves many requests: one client for all of them shares one event stream.
const store = restStore({ url: env("UPSTASH_REDIS_REST_URL"), token: env("UPSTASH_REDIS_REST_TOKEN") });
const locks = createLocks({ store });
const guard = createGuard({ store });

// An isolate that is idle is frozen or ended without a word. `request` has released before the response leaves, so
// nothing needs to run after it; a lease that was frozen has ended by the clock on the wall when the isolate goes on.
Deno.serve({ port: Number(Deno.env.get("PORT") ?? 8000), hostname: "127.0.0.1" }, async (request) => {
  const id = new URLPattern({ pathname: "/invoices/:id/pay" }).exec(request.url)?.pathname.groups.id;
  if (request.method !== "POST" || !id) return new Response("not found", { status: 404 });
  try {
    return await locks.request(
      `invoice:${id}`,
      { ttlMs: 15_000, waitMs: 5000, signal: request.signal },
      (lease) => pay(id, lease, guard, env("PAYMENTS_URL")),
    );
  } catch (error) {
    return answerTo(error);
  }
});
