import { Hono } from "hono";

/** The least that a handler can do which asks the database once: what the service is measured by. */
const app = new Hono<{ Bindings: { UPSTASH_REDIS_REST_URL: string; UPSTASH_REDIS_REST_TOKEN: string } }>();

app.post("/bare", async (c) => {
  await c.req.json();
  const answer = await fetch(c.env.UPSTASH_REDIS_REST_URL, {
    method: "POST",
    headers: {
      authorization: `Bearer ${c.env.UPSTASH_REDIS_REST_TOKEN}`,
      "content-type": "application/json",
    },
    body: '["INCR","bare"]',
  });
  return c.json((await answer.json()) as object);
});

export default app;
