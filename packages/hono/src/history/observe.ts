import { HoldfastError } from "@holdfast/core";
import { PROBLEMS, type ProblemCode } from "@holdfast/protocol";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { ServiceContext, ServiceEnv } from "../context.ts";
import { toProblem } from "../errors.ts";
import { Problem } from "../problem.ts";
import { emit } from "./emit.ts";

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;
const LONGEST_NAME = 512;

/** Tells `onEvent` of each request when it was answered. */
export function observed(): MiddlewareHandler<ServiceEnv> {
  return async (c, next) => {
    await next();
    if (c.var.options?.onEvent === undefined) return;
    const code = codeOf(c.error);
    const asked = {
      at: Date.now(),
      method: c.req.method,
      route: routeOf(c),
      principal: c.var.principal?.id,
      tenant: c.var.principal?.tenant,
    };
    emit(c, {
      type: "request",
      ...asked,
      scheme: c.req.url.startsWith("https:") ? "https" : "http",
      status: c.res.status,
      code,
      durationMs: Math.round(performance.now() - c.var.arrivedAt),
      name: nameOf(c),
      traceparent: TRACEPARENT.exec(c.req.header("traceparent") ?? "")?.[0],
    });
    if (code === "unauthorized" || code === "forbidden" || code === "rate-limited")
      emit(c, { type: "refused", ...asked, code });
    if (code !== undefined && PROBLEMS[code].status === 503)
      emit(c, {
        type: "trouble",
        at: asked.at,
        during: "request",
        code,
        route: asked.route,
        tenant: asked.tenant,
      });
  };
}

function codeOf(error: Error | undefined): ProblemCode | undefined {
  if (error === undefined) return undefined;
  // All others were logged when they were answered.
  return error instanceof Problem || error instanceof HoldfastError ? toProblem(error).code : "internal";
}

/** As the description of the API writes it, however far the request came; `*` at its end where there is no such route. */
function routeOf(c: ServiceContext): string {
  const paths = matchedRoutes(c).map(({ path }) => path);
  const path = paths.find((candidate) => !candidate.endsWith("*")) ?? paths[0] ?? "*";
  return path.replace(/:(\w+)(?:\{[^}]*\})?/g, "{$1}");
}

function nameOf(c: ServiceContext): string | undefined {
  return c.req.param("name")?.slice(0, LONGEST_NAME);
}
