import { type SurveyedLock, survey } from "@holdfast/core/commands";
import type { InspectionBody, LockPageBody, LockRow, routes } from "@holdfast/protocol";
import { mayName } from "../accounts/rights.ts";
import type { ServiceContext } from "../context.ts";
import type { Input } from "../mount.ts";
import { unprocessable } from "../problem.ts";
import { lockStoreOf, locksOf } from "./connection.ts";

/** Looking at locks. Moments are told by this service's clock. */

/** `GET /v1/locks/{name}`. Holders appear by the hash of their attempt. */
export async function inspect(
  c: ServiceContext,
  { params: { name } }: Input<typeof routes.inspect>,
): Promise<Response> {
  const seen = await locksOf(c).inspect(name);
  return c.json({ ...seen, asOf: Date.now() } as InspectionBody, 200);
}

/** `GET /v1/locks`. What the principal may not name is not there for it. */
export async function list(
  c: ServiceContext,
  { query: { prefix = "", cursor, limit } }: Input<typeof routes.list>,
): Promise<Response> {
  const { service, principal } = c.var;
  const within = narrowest(principal.prefixes, prefix);
  if (within === undefined) return c.json({ locks: [], asOf: Date.now() } satisfies LockPageBody, 200);
  // Only those of several nodes have a dot: where they end is not for one database to say.
  if (cursor?.includes(".") && !service.nodes)
    throw unprocessable([{ field: "cursor", detail: "must be the cursor of a page before." }]);
  const page = await survey(lockStoreOf(c), service.namespaceOf(principal), {
    prefix: within,
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  const asOf = Date.now();
  const locks = page.locks.filter(({ name }) => mayName(principal, name)).map((lock) => rowOf(lock, asOf));
  return c.json({ locks, asOf, ...(page.cursor !== undefined && { cursor: page.cursor }) }, 200);
}

/** The longest prefix of everything that is wanted and allowed; none when that is nothing. */
function narrowest(allowed: readonly string[], wanted: string): string | undefined {
  if (allowed.some((prefix) => wanted.startsWith(prefix))) return wanted;
  const inside = allowed.filter((prefix) => prefix.startsWith(wanted));
  return inside.length > 1 ? wanted : inside[0];
}

function rowOf({ serverNow, holder, ...lock }: SurveyedLock, asOf: number): LockRow {
  const local = (moment: number) => Math.max(0, Math.floor(asOf + moment - serverNow));
  if (!holder) return lock;
  const { since, expiresAt } = holder;
  return { ...lock, holder: { ...holder, since: local(since), expiresAt: local(expiresAt) } };
}
