import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { locksOf } from "../locks.ts";
import { readName } from "../validate.ts";

/** `GET /v1/locks/{name}`. Holders appear by the hash of their owner token. */
export async function inspect(c: Context<AppEnv>): Promise<Response> {
  return c.json(await locksOf(c).inspect(readName(c)));
}
