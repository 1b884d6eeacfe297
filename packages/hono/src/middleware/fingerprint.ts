import { HoldfastError } from "@holdfast/core";
import type { Context } from "hono";
import { take } from "./body.ts";
import { Refusal } from "./refusal.ts";

/** SHA-256 of the parts, in hex. Their boundaries count. */
export async function digest(
  parts: readonly (string | null)[],
  bytes?: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const head = new TextEncoder().encode(JSON.stringify(parts));
  const all = new Uint8Array(head.length + (bytes?.length ?? 0));
  all.set(head);
  if (bytes) all.set(bytes, head.length);
  const hash = await crypto.subtle.digest("SHA-256", all);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What makes two requests the same: method, path with query, the headers, the body byte for byte. */
export async function fingerprintOf(
  c: Context,
  headers: readonly string[],
  maxBytes: number,
): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  const values = headers.map((name) => c.req.header(name) ?? null);
  return digest([c.req.method, pathname + search, ...values], await readBody(c, maxBytes));
}

/** Reads the body, and leaves it to be read once more. */
async function readBody(c: Context, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  // A validator that came first has read it, and Hono has kept it.
  if (c.req.raw.bodyUsed) return new Uint8Array(await c.req.arrayBuffer());
  const { body } = c.req.raw;
  if (!body) return new Uint8Array();
  const taken = await take(body as ReadableStream<Uint8Array<ArrayBuffer>>, maxBytes);
  if ("longer" in taken) {
    taken.longer.cancel().catch(() => {});
    throw new Refusal("body-too-large", `With an Idempotency-Key a request has at most ${maxBytes} bytes.`);
  }
  c.req.raw = new Request(c.req.raw, { body: taken.whole });
  return taken.whole;
}

/** Whose key it is, unless the app says. */
export function callerOf(c: Context): string {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) return authorization;
  throw new HoldfastError(
    "invalid-argument",
    "idempotency: this request has no Authorization header, so whose key it is must be said by the option scope: " +
      "(c) => the user's id, or a constant if every caller may see every answer.",
  );
}
