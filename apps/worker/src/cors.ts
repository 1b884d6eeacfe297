import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { type AppEnv, misconfigured } from "./env.ts";

const DAY_S = 86_400;

/**
 * Lets pages of the origins in `HOLDFAST_ALLOWED_ORIGINS` call this service; browsers keep all others from it. Without
 * the variable nothing is answered to any page.
 */
export const allowListedOrigins: MiddlewareHandler<AppEnv> = (c, next) => {
  const origin = readOrigins(c.env.HOLDFAST_ALLOWED_ORIGINS);
  if (origin.length === 0) return next();
  return cors({
    origin,
    allowMethods: ["GET", "HEAD", "POST"],
    allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key"],
    // When to come back, and what is wrong with the key: all else that matters is in the bodies.
    exposeHeaders: ["Retry-After", "WWW-Authenticate"],
    maxAge: DAY_S,
  })(c, next);
};

/** @throws Problem `misconfigured` at what is no origin: a browser would never send it, so it would allow nobody. */
function readOrigins(variable: unknown): string[] {
  if (typeof variable !== "string") return [];
  const origins = variable.split(/[\s,]+/).filter((origin) => origin !== "");
  for (const origin of origins)
    if (!isOrigin(origin))
      throw misconfigured(
        "HOLDFAST_ALLOWED_ORIGINS holds something that is not an origin such as https://app.example (no path, no * and no slash at its end).",
      );
  return origins;
}

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}
