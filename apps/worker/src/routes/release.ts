import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { locksOf } from "../locks.ts";
import { releaseBody } from "../schemas.ts";
import { readBody, readName } from "../validate.ts";
import { adopted } from "./adopted.ts";

/** How long the store is tried. The lease's own TTL is not known here; its end frees the name in any case. */
const TRY_MS = 10_000;

/** `POST /v1/locks/{name}/release` */
export async function release(c: Context<AppEnv>): Promise<Response> {
  const name = readName(c);
  const { expiresAt, ...held } = await readBody(c, releaseBody);
  const over = () => expiresAt !== undefined && expiresAt <= Date.now();
  // The store cannot tell a lease that ran out from one that was released by an earlier try of this request.
  const cameLate = over();
  const outcome = await adopted(locksOf(c), name, held, TRY_MS).release();
  return c.json({ outcome: cameLate || (outcome === "lost" && over()) ? "expired" : outcome });
}
