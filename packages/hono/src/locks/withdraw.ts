import type { routes } from "@holdfast/protocol";
import type { ServiceContext } from "../context.ts";
import { record } from "../history/record.ts";
import type { Input } from "../mount.ts";
import { targetOf, wishOf } from "./ask.ts";
import { wholeClaim } from "./claim.ts";
import { connectionOf } from "./connection.ts";
import { within } from "./tries.ts";

/** `POST /v1/locks/{name}/withdraw` */
export async function withdraw(
  c: ServiceContext,
  { params: { name }, body }: Input<typeof routes.withdraw>,
): Promise<Response> {
  const claim = await wholeClaim(c, body);
  const target = targetOf(name, body);
  await connectionOf(c).commands.takeBack([target], claim, wishOf(body), within());
  const { kind, mode } = target;
  record(c, { type: "withdrawn", name, attempt: claim.attempt, kind, mode });
  return c.body(null, 204);
}
