import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requireApiKey } from "./auth.ts";
import { allowListedOrigins } from "./cors.ts";
import type { AppEnv } from "./env.ts";
import { toProblem } from "./errors.ts";
import { Problem } from "./problem.ts";
import { acquire } from "./routes/acquire.ts";
import { extend } from "./routes/extend.ts";
import { health } from "./routes/health.ts";
import { inspect } from "./routes/inspect.ts";
import { release } from "./routes/release.ts";

const MAX_BODY = 16 * 1024;
/** Matches an empty name too, so that it is told to be a bad one. */
const LOCK = "/v1/locks/:name{[^/]*}";

/** The service: every route with the methods it has. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error) => toProblem(error).toResponse());
  app.notFound(() => new Problem(404, "not-found", "See the routes in the README.").toResponse());
  app.use(uncached, allowListedOrigins, wellFormedPath);

  app.get("/healthz", health);
  app.all("/healthz", only("GET, HEAD"));

  app.use("/v1/*", requireApiKey, bodyLimit({ maxSize: MAX_BODY, onError: tooLarge }));
  for (const [verb, handler] of Object.entries({ acquire, extend, release })) {
    app.post(`${LOCK}/${verb}`, handler);
    app.all(`${LOCK}/${verb}`, only("POST"));
  }
  app.get("/v1/locks/:name", inspect);
  app.all("/v1/locks/:name", only("GET, HEAD"));
  return app;
}

const uncached: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set("cache-control", "no-store");
};

/** A name that is not UTF-8 has no one reading; taken as it is, it would be the name of another URL as well. */
const wellFormedPath: MiddlewareHandler = async (c, next) => {
  try {
    decodeURIComponent(new URL(c.req.url).pathname);
  } catch {
    throw new Problem(400, "malformed-path", "Percent-encode the name as UTF-8, as encodeURIComponent does.");
  }
  await next();
};

function only(methods: string): () => never {
  return () => {
    throw new Problem(405, "method-not-allowed", `This path has ${methods}.`, {
      headers: { allow: methods },
    });
  };
}

function tooLarge(): never {
  throw new Problem(413, "body-too-large", `The body has more than ${MAX_BODY} bytes.`);
}
