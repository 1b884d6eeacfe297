import { LockLostError, type Locks } from "@holdfast/core";
import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { leaseBody } from "../lease.ts";
import { locksOf } from "../locks.ts";
import { extendBody } from "../schemas.ts";
import { readBody, readName } from "../validate.ts";
import { adopted } from "./adopted.ts";

/** `POST /v1/locks/{name}/extend` */
export async function extend(c: Context<AppEnv>): Promise<Response> {
  const arrivedAt = performance.now();
  const name = readName(c);
  const held = await readBody(c, extendBody);
  const locks = locksOf(c);
  const lease = adopted(locks, name, held, held.ttlMs);
  await lease.extend();
  const fence = held.fence ?? (await fenceOf(locks, name, held.attemptId ?? held.owner));
  return c.json({ lease: leaseBody(lease, arrivedAt, fence) });
}

/** For a caller who sent no fence. A wrong one would be worse than one more request. */
async function fenceOf(locks: Locks, name: string, attempt: string): Promise<number> {
  const own = await sha1Hex(attempt);
  const holder = (await locks.inspect(name)).holders.find(({ hash }) => hash === own);
  if (!holder) throw new LockLostError(name, 0, "taken");
  return holder.fence;
}

async function sha1Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
