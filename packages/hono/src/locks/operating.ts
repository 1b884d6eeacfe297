import type { BreakAnswer, routes } from "@holdfast/protocol";
import { audit } from "../accounts/audit.ts";
import type { ServiceContext } from "../context.ts";
import { record } from "../history/record.ts";
import type { Input } from "../mount.ts";
import { callName } from "./claim.ts";
import { connectionOf } from "./connection.ts";
import { within } from "./tries.ts";

/** What needs the scope `locks:admin`. */

/** `DELETE /v1/locks/{name}` */
export async function breakLock(
  c: ServiceContext,
  { params: { name }, body: { reason, attemptId } }: Input<typeof routes.break>,
): Promise<Response> {
  const attempt = await callName(c, attemptId);
  const broken = await connectionOf(c).commands.forceRelease(name, attempt, within());
  const why = reason !== undefined && { reason };
  if (broken) record(c, { type: "broken", name, ...why });
  audit(c, { action: "lock-broken", target: name, ...why });
  return c.json({ broken } satisfies BreakAnswer, 200);
}

/** `POST /v1/locks/{name}/resize` */
export async function resize(
  c: ServiceContext,
  { params: { name }, body: { permits, attemptId } }: Input<typeof routes.resize>,
): Promise<Response> {
  const target = { name, kind: "semaphore", capacity: permits, weight: 1, mode: "shared" } as const;
  await connectionOf(c).commands.resize(target, await callName(c, attemptId), within());
  audit(c, { action: "semaphore-resized", target: name });
  return c.body(null, 204);
}
