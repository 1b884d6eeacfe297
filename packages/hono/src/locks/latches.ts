import type { CountDownAnswer, routes } from "@holdfast/protocol";
import type { ServiceContext } from "../context.ts";
import type { Input } from "../mount.ts";
import { callName } from "./claim.ts";
import { connectionOf } from "./connection.ts";
import { within } from "./tries.ts";

/** `POST /v1/latches/{name}/count-down` */
export async function countDown(
  c: ServiceContext,
  { params: { name }, body: { count, n, keepMs, attemptId } }: Input<typeof routes.countDown>,
): Promise<Response> {
  // Without an attempt the store only looks.
  const attempt = n === 0 ? "" : await callName(c, attemptId);
  const remaining = await connectionOf(c).commands.latch(name, { count, keepMs, attempt, n }, within());
  return c.json({ remaining } satisfies CountDownAnswer, 200);
}
