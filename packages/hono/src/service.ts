import { LIMITS } from "@holdfast/protocol";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Env, Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { allowListedOrigins } from "./accounts/cors.ts";
import { mountAccounts } from "./accounts/routes.ts";
import { securityHeaders } from "./accounts/security-headers.ts";
import { signedIn } from "./accounts/signed-in.ts";
import type { ServiceEnv } from "./context.ts";
import { toProblem } from "./errors.ts";
import { observed } from "./history/observe.ts";
import { mountHistory } from "./history/routes.ts";
import { mountJobs } from "./jobs/routes.ts";
import { mountLocks } from "./locks/routes.ts";
import { offerMethods } from "./methods.ts";
import { mountNodes } from "./nodes/routes.ts";
import { mountDocument } from "./openapi.ts";
import type { LockServiceOptions } from "./options.ts";
import { Problem } from "./problem.ts";
import { serviceOf } from "./services.ts";

/** What belongs to the service; every other path is left to the app that it is mounted in. */
const PATHS = ["/v1/*", "/healthz", "/metrics", "/openapi.json"];
const SIGNED_PATHS = ["/v1/*", "/metrics"];

/**
 * The lock service as a Hono app: every route of `@holdfast/protocol`. Serve it by itself, or mount it:
 * `app.route("/", lockService(options))`.
 *
 * @param options - What it works with, or a function that makes it of a request's context, as on Workers, whose bindings come
 *   with each request. What is made of equal options is shared by requests.
 * @throws Problem `misconfigured` when options that are given as they are cannot be used. A function's are looked at with each
 *   request, which is answered with 503.
 */
export function lockService<E extends Env = Env>(
  options: LockServiceOptions | ((c: Context<E>) => LockServiceOptions),
): Hono<E> {
  const optionsOf = typeof options === "function" ? options : () => options;
  if (typeof options !== "function") serviceOf(options);

  const app = new OpenAPIHono<ServiceEnv>();
  app.onError((error) => toProblem(error).toResponse());
  app.notFound(() => nothingHere().toResponse());
  const prepare: MiddlewareHandler<ServiceEnv> = async (c, next) => {
    c.set("arrivedAt", performance.now());
    const given = optionsOf(c as unknown as Context<E>);
    c.set("options", given);
    c.set("service", serviceOf(given));
    await next();
  };
  for (const path of PATHS)
    app.use(path, securityHeaders(), uncached, prepare, observed(), allowListedOrigins(), wellFormedPath);
  for (const path of SIGNED_PATHS)
    app.use(path, signedIn(), bodyLimit({ maxSize: LIMITS.bodyBytes, onError: tooLarge }));

  mountLocks(app);
  mountNodes(app);
  mountJobs(app);
  mountAccounts(app);
  mountHistory(app);
  mountDocument(app);

  offerMethods(app);
  for (const path of PATHS)
    app.all(path, () => {
      throw nothingHere();
    });
  return app as unknown as Hono<E>;
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
    throw new Problem("malformed-path", "Percent-encode the name as UTF-8, as encodeURIComponent does.");
  }
  await next();
};

function tooLarge(): never {
  throw new Problem("body-too-large", `The body has more than ${LIMITS.bodyBytes} bytes.`);
}

function nothingHere(): Problem {
  return new Problem("not-found", "GET /openapi.json lists what there is.");
}
