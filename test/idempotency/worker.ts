import { restStore } from "@holdfast/core";
import { type IdempotentRun, idempotency, lockRoute } from "@holdfast/hono/middleware";
import { Hono } from "hono";
import { streamText } from "hono/streaming";

// A Worker whose bindings come with each request, as they do when deployed.

interface Env {
  Bindings: { GATEWAY_URL: string; TOKEN: string; EFFECTS_URL: string };
}

const app = new Hono<Env>();
const store = (c: { env: Env["Bindings"] }) => restStore({ url: c.env.GATEWAY_URL, token: c.env.TOKEN });

app.use("/payments", idempotency<Env>({ store, waitMs: 20_000 }));
app.use("/briefly", idempotency<Env>({ store, ttlMs: 1500 }));
app.on("POST", ["/payments", "/briefly"], async (c) => {
  const effect = await fetch(`${c.env.EFFECTS_URL}/${(c.get("idempotency" as never) as IdempotentRun).key}`, {
    method: "POST",
  });
  return c.json({ effect: await effect.text(), body: await c.req.json() }, 201);
});

app.post("/slowly", lockRoute<Env>("slowly", { store, ttlMs: 2000 }), (c) =>
  streamText(c, async (stream) => {
    await stream.write("begun ");
    await fetch(`${c.env.EFFECTS_URL}/slow`, { method: "POST" });
    await stream.write("ended");
  }),
);

export default app;
