import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { EngineUnavailableError } from "../engine/connection.ts";
import { adminRoutes } from "./admin.ts";
import { commandRoutes } from "./commands.ts";
import type { Env, Parts } from "./context.ts";
import { destroy } from "./disturb.ts";
import { gate } from "./gate.ts";
import { errorBody, RequestProblem } from "./problem.ts";
import { streamRoutes } from "./streams.ts";

/** How much of a body that is too large is read before its sender is cut off. */
const LARGEST_DISCARDED_BYTES = 64 * 1_048_576;

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

/** Clients read the answer once they have sent everything; cut off before, they see a broken connection instead. */
const discard = async (incoming: IncomingMessage): Promise<void> => {
  let left = LARGEST_DISCARDED_BYTES;
  incoming.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) incoming.destroy();
  });
  if (!incoming.readableEnded) await once(incoming, "end").catch(() => {});
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
  app.use(
    bodyLimit({
      maxSize: parts.maxRequestBytes,
      onError: async (c) => {
        await discard((c.env as Env["Bindings"]).incoming);
        throw new RequestProblem(413, `ERR max request size exceeded. Limit: ${parts.maxRequestBytes} bytes`);
      },
    }),
  );
  app.route("/", streamRoutes(parts));
  app.route("/", commandRoutes(parts));
  app.onError((error, c) => {
    // Half an answer at the end would look like the engine's failure.
    if (parts.closing.aborted) return destroy(c);
    c.header("content-type", "application/json");
    return c.body(errorBody(textOf(error)), statusOf(error));
  });
  return app;
};
