import { Hono } from "hono";
import { cors } from "hono/cors";
import { EngineUnavailableError } from "../engine/connection.ts";
import { adminRoutes } from "./admin.ts";
import { commandRoutes } from "./commands.ts";
import type { Env, Parts } from "./context.ts";
import { destroy } from "./disturb.ts";
import { gate } from "./gate.ts";
import { errorBody, RequestProblem } from "./problem.ts";
import { streamRoutes } from "./streams.ts";

const statusOf = (error: Error): 400 | 401 | 403 | 404 | 405 | 413 | 500 | 503 => {
  if (error instanceof RequestProblem) return error.status;
  return error instanceof EngineUnavailableError ? 503 : 500;
};

const textOf = (error: Error): string => {
  if (error instanceof RequestProblem) return error.message;
  return error instanceof EngineUnavailableError
    ? `ERR ${error.message}`
    : "ERR internal error of the gateway";
};

/** The whole HTTP surface. Every answer that is no stream and no RESP2 is JSON, whatever its status. */
export const createApp = (parts: Parts): Hono<Env> => {
  const app = new Hono<Env>();
  // Without a list the preflight's own is granted: clients add headers of their own (telemetry, sync token).
  app.use(
    cors({
      origin: "*",
      allowMethods: ["GET", "HEAD", "POST", "PUT"],
      exposeHeaders: ["upstash-sync-token"],
      maxAge: 86_400,
    }),
  );
  app.route("/admin", adminRoutes(parts));
  app.use(gate(parts));
  app.route("/", streamRoutes(parts));
  app.route("/", commandRoutes(parts));
  app.onError((error, c) => {
    // Half an answer at the end would look like the engine's failure.
    if (parts.closing.aborted) return destroy(c);
    const body = errorBody(textOf(error));
    if (!c.req.path.startsWith("/admin")) parts.meter.sent(Buffer.byteLength(body));
    c.header("content-type", "application/json");
    return c.body(body, statusOf(error));
  });
  return app;
};
