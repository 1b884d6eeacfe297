import { once } from "node:events";
import { answerTo, pay } from "@holdfast-examples/shop";
import express from "express";
import { connect } from "./locks.ts";

const { locks, guard, paymentsUrl, close } = connect();
const app = express();

app.post("/invoices/:id/pay", async (request, response) => {
  const { id } = request.params;
  const gone = new AbortController();
  response.once("close", () => gone.abort()); // a caller that goes away leaves the queue
  const answer = await locks
    .request(`invoice:${id}`, { ttlMs: 15_000, waitMs: 5000, signal: gone.signal }, (lease) =>
      pay(id, lease, guard, paymentsUrl),
    )
    .catch(answerTo);
  response
    .status(answer.status)
    .set(Object.fromEntries(answer.headers))
    .send(await answer.text());
});

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
// Requests that are under way end first, and give their locks back; then the connection goes.
process.once("SIGTERM", async () => {
  await once(server.close(), "close");
  await close();
});
