import { createGuard, createLocks, restStore } from "@holdfast/core";
import { answerTo, pay } from "@holdfast-examples/shop";

const env = (name: string): string => {
  const value = Bun.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

const store = restStore({ url: env("UPSTASH_REDIS_REST_URL"), token: env("UPSTASH_REDIS_REST_TOKEN") });
const locks = createLocks({ store });
const guard = createGuard({ store });

const server = Bun.serve({
  port: Number(Bun.env.PORT ?? 3000),
  hostname: "127.0.0.1",
  // Bun ends a silent request after 10 s by itself; a wait and its work may take longer.
  idleTimeout: 60,
  routes: {
    "/invoices/:id/pay": {
      POST: async (request) => {
        const { id } = request.params;
        try {
          return await locks.request(
            `invoice:${id}`,
            { ttlMs: 15_000, waitMs: 5000, signal: request.signal },
            (lease) => pay(id, lease, guard, env("PAYMENTS_URL")),
          );
        } catch (error) {
          return answerTo(error);
        }
      },
    },
  },
});

// A deployment's SIGTERM: finish what is under way, so that every lock is given back.
process.once("SIGTERM", () => server.stop().then(() => process.exit(0)));
