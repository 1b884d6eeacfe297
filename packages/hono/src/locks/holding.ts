import { LockLostError } from "@holdfast/core";
import { type Claim, READ_WRITE_CAPACITY } from "@holdfast/core/commands";
import type { LeaseBody, ReleaseAnswer, routes } from "@holdfast/protocol";
import { checkTtl } from "../accounts/rights.ts";
import type { ServiceContext } from "../context.ts";
import { attemptHash } from "../digest.ts";
import { type Recorded, record } from "../history/record.ts";
import type { Input } from "../mount.ts";
import { Problem } from "../problem.ts";
import { heldClaim } from "./claim.ts";
import { connectionOf } from "./connection.ts";
import { leaseBody } from "./grant.ts";
import { within } from "./tries.ts";

/** Keeping, changing and giving back one lease. */

/** `POST /v1/locks/{name}/extend` */
export async function extend(
  c: ServiceContext,
  { params: { name }, body }: Input<typeof routes.extend>,
): Promise<Response> {
  const { ttlMs, waitedMs } = body;
  checkTtl(c, ttlMs);
  const { commands } = connectionOf(c);
  const claim = await heldClaim(c, body);
  const [remainingMs = 0] = await commands.extend([{ ...claim, name, ttlMs }], within(ttlMs));
  const held = remainingMs > 0 ? await known(c, name, claim, body.fence, body.mode) : undefined;
  if (!held) {
    record(c, { type: "lost", name, attempt: claim.attempt, ...(body.fence && { fence: body.fence }) });
    throw new LockLostError(name, body.fence ?? 0, "taken");
  }
  const lease = leaseBody({ name, claim, ...held, ttlMs, remainingMs });
  if (waitedMs !== undefined) record(c, wokenUp(name, claim, held.fence, waitedMs));
  return c.json({ lease }, 200);
}

/** What the caller did not say of its lease. A wrong fence would be worse than one more request. */
async function known(
  c: ServiceContext,
  name: string,
  claim: Claim,
  fence: number | undefined,
  mode: LeaseBody["mode"],
): Promise<{ fence: number; mode: LeaseBody["mode"] } | undefined> {
  if (fence !== undefined) return { fence, mode };
  const hash = await attemptHash(claim.attempt);
  const { holders } = await connectionOf(c).commands.inspect(name, MOST_HOLDERS, within());
  return holders.find((holder) => holder.hash === hash);
}

/** Who shares a lock with more than this many has to say its fence. */
const MOST_HOLDERS = 1000;

/** `POST /v1/locks/{name}/release` */
export async function release(
  c: ServiceContext,
  { params: { name }, body }: Input<typeof routes.release>,
): Promise<Response> {
  const { fence, expiresAt, waitedMs } = body;
  const over = () => expiresAt !== undefined && expiresAt <= Date.now();
  // The store cannot tell a lease that ran out from one that was released by an earlier try of this request.
  const cameLate = over();
  const claim = await heldClaim(c, body);
  const released = await connectionOf(c).commands.release([{ name, fence: fence ?? 0 }], claim, within());
  const outcome = cameLate || (!released && over()) ? "expired" : released ? "released" : "lost";
  record(c, [
    ...(waitedMs !== undefined && fence !== undefined ? [wokenUp(name, claim, fence, waitedMs)] : []),
    { type: outcome, name, attempt: claim.attempt, ...(fence !== undefined && { fence }) },
  ]);
  return c.json({ outcome } satisfies ReleaseAnswer, 200);
}

/** A grant that was told by a wake-up: this is the first that the service hears of it. */
export function wokenUp(name: string, { attempt }: Claim, fence: number, waitedMs: number): Recorded {
  return { type: "acquired", name, attempt, fence, waitedMs };
}

/** `POST /v1/locks/{name}/convert` */
export async function convert(
  c: ServiceContext,
  { params: { name }, body }: Input<typeof routes.convert>,
): Promise<Response> {
  const { fence, mode } = body;
  const claim = await heldClaim(c, body);
  const weight = mode === "exclusive" ? READ_WRITE_CAPACITY : 1;
  const reply = await connectionOf(c).commands.convert(name, claim, fence, mode, weight, within());
  const event = { name, attempt: claim.attempt, kind: "readwrite", mode } as const;
  if (reply.status === "converted") {
    record(c, { ...event, type: "converted", fence: reply.fence });
    return c.json({ fence: reply.fence, remainingMs: reply.remainingMs }, 200);
  }
  if (reply.status === "refused")
    throw new Problem("other-readers", `${JSON.stringify(name)} is held by other readers as well.`);
  record(c, { ...event, type: "lost", fence });
  throw new LockLostError(name, fence, "taken");
}
