import { answerTo, pay } from "@holdfast-examples/shop";
import { fastify } from "fastify";
import { connect } from "./locks.ts";

const { locks, guard, paymentsUrl, close } = connect();
const app = fastify();

app.post<{ Params: { id: string } }>("/invoices/:id/pay", async (request) => {
  const { id } = request.params;
  // `request.signal` ends when the caller goes away, who then leaves the queue. Fastify sends a Response as it is.
  return locks
    .request(`invoice:${id}`, { ttlMs: 15_000, waitMs: 5000, signal: request.signal }, (lease) =>
      pay(id, lease, guard, paymentsUrl),
    )
    .catch(answerTo);
});

app.addHook("onClose", close);
await app.listen({ port: Number(process.env.PORT ?? 3000), host: "127.0.0.1" });
process.once("SIGTERM", () => app.close());
