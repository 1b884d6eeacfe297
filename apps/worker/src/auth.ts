import { createMiddleware } from "hono/factory";
import { type AppEnv, readSettings } from "./env.ts";
import { Problem } from "./problem.ts";

/** Lets a request pass that presents the API key as a bearer token (RFC 6750), in the header and nowhere else. */
export const requireApiKey = createMiddleware<AppEnv>(async (c, next) => {
  const { apiKey } = readSettings(c.env);
  const header = c.req.header("authorization");
  const given = /^Bearer +([\x21-\x7e]+)$/i.exec(header ?? "")?.[1];
  if (given === undefined)
    throw unauthorized('Bearer realm="holdfast"', "Send the header Authorization: Bearer <API key>.");
  if (!(await sameSecret(given, apiKey)))
    throw unauthorized('Bearer realm="holdfast", error="invalid_token"', "The API key is not valid.");
  await next();
});

function unauthorized(challenge: string, detail: string): Problem {
  return new Problem(401, "unauthorized", detail, { headers: { "www-authenticate": challenge } });
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
