import { pages } from "@holdfast/dashboard";
import { lockService, Problem } from "@holdfast/hono";
import { Hono } from "hono";
import { type AppEnv, optionsOf } from "./env.ts";

const app = new Hono<AppEnv>();
app.route(
  "/",
  lockService<AppEnv>((c) => optionsOf(c.env)),
);
app.route(
  "/",
  pages<AppEnv>((request, c) => c.env.ASSETS.fetch(request)),
);
app.notFound(() => new Problem("not-found", "GET /openapi.json lists what there is.").toResponse());

export default app;
