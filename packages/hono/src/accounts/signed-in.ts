import type { MiddlewareHandler } from "hono";
import type { ServiceEnv } from "../context.ts";
import { Problem } from "../problem.ts";

/** Lets a request pass that presents a key as a bearer token (RFC 6750), in the header and nowhere else. */
export function signedIn(): MiddlewareHandler<ServiceEnv> {
  return async (c, next) => {
    const { operatorKey } = c.var.service.options;
    const header = c.req.header("authorization");
    const given = /^Bearer +([\x21-\x7e]+)$/i.exec(header ?? "")?.[1];
    if (given === undefined)
      throw unauthorized('Bearer realm="holdfast"', "Send the header Authorization: Bearer <API key>.");
    if (operatorKey === undefined || !(await sameSecret(given, operatorKey)))
      throw unauthorized('Bearer realm="holdfast", error="invalid_token"', "The API key is not valid.");
    c.set("principal", {
      id: "operator",
      via: "operator",
      scopes: ["locks:acquire", "locks:read", "locks:admin"],
      prefixes: [""],
    });
    await next();
  };
}

function unauthorized(challenge: string, detail: string): Problem {
  return new Problem("unauthorized", detail, { headers: { "www-authenticate": challenge } });
}

/** Compares digests of equal length to the end: the time taken says nothing about where, or how long, secrets differ. */
async function sameSecret(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([sha256(a), sha256(b)]);
  let difference = 0;
  for (const [i, byte] of left.entries()) difference |= byte ^ (right[i] ?? 0xff);
  return difference === 0;
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
