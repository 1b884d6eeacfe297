import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { healthLocksOf } from "../locks.ts";

/** Anybody may ask, so one answer of the store has to do for a while: each look at it is billed. */
const GOOD_FOR_MS = 1000;
let answeredAt = Number.NEGATIVE_INFINITY;

/** `GET /healthz`: 200 when the store answers. */
export async function health(c: Context<AppEnv>): Promise<Response> {
  const locks = healthLocksOf(c);
  if (Math.abs(Date.now() - answeredAt) > GOOD_FOR_MS) {
    await locks.inspect("healthz");
    answeredAt = Date.now();
  }
  return c.json({ status: "ok" });
}
