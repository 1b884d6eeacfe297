import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { ServiceEnv } from "../context.ts";
import { TENANT_HEADER } from "./tenants.ts";

const DAY_S = 86_400;

/** Lets pages of the allowed origins call this service; browsers keep all others from it. */
export function allowListedOrigins(): MiddlewareHandler<ServiceEnv> {
  return (c, next) => {
    const origin = [...(c.var.service.options.allowedOrigins ?? [])];
    if (origin.length === 0) return next();
    return cors({
      origin,
      allowMethods: ["GET", "HEAD", "POST", "DELETE"],
      allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", TENANT_HEADER],
      // When to come back, and what is wrong with the key: all else that matters is in the bodies.
      exposeHeaders: ["Retry-After", "WWW-Authenticate", "RateLimit", "RateLimit-Policy"],
      maxAge: DAY_S,
    })(c, next);
  };
}
