import type { AcquireAllReply } from "@holdfast/core/commands";
import type { ReleaseAnswer, routes } from "@holdfast/protocol";
import { checkName, checkTtl } from "../accounts/rights.ts";
import type { ServiceContext } from "../context.ts";
import { record } from "../history/record.ts";
import type { Input } from "../mount.ts";
import { Problem } from "../problem.ts";
import { mutex, wishOf } from "./ask.ts";
import { busy, ended } from "./busy.ts";
import { drawnClaim, heldClaim, isNamed, wholeClaim } from "./claim.ts";
import { connectionOf } from "./connection.ts";
import { deliver } from "./delivery.ts";
import { leaseBody } from "./grant.ts";
import { wokenUp } from "./holding.ts";
import { carefully, within } from "./tries.ts";
import { acquireAllInTurn } from "./waiting.ts";

/** Several names in one request: mutexes that are taken all or none, and leases of any kind. */

/** `POST /v1/leases/acquire` */
export async function acquireAll(
  c: ServiceContext,
  { body }: Input<typeof routes.acquireAll>,
): Promise<Response> {
  const { names, ttlMs, waitMs } = body;
  checkTtl(c, ttlMs);
  checkTtl(c, body.lockDelayMs, "lockDelayMs");
  for (const name of names) checkName(c, name);
  if (waitMs > 0) return acquireAllInTurn(c, body);

  const claim = await drawnClaim(c, body);
  const { commands } = connectionOf(c);
  const wish = wishOf(body);
  const reply = await carefully<AcquireAllReply>(c, ttlMs, {
    send: (run) => commands.acquireAll(names, claim, wish, run),
    settled: ({ status }) => status === "granted",
    undo: (run) => commands.takeBack(names.map(mutex), claim, wish, run),
  });
  const [name = ""] = names;
  if (reply.status === "ended") throw ended(name, isNamed(c, body));
  // Names that do not live together are taken one after the other, without waiting either.
  if (reply.status === "apart") return acquireAllInTurn(c, body);
  if (reply.status === "held") {
    const { blocked } = reply;
    const { message, extras } = busy(names[blocked] ?? name, { ...reply, place: 0 });
    throw new Problem("held", message, { ...extras, members: { ...extras.members, blocked } });
  }
  const { fences, remainingMs, serverNow: storeTime } = reply;
  const owned = { attempt: claim.attempt, owner: reply.owner };
  const fence = Math.max(...fences);
  const several = names.length > 1 && { names, fences };
  const mode = "exclusive";
  const lease = leaseBody({ name, ...several, claim: owned, fence, mode, ttlMs, remainingMs, storeTime });
  record(
    c,
    names.map((each, i) => ({
      type: "acquired",
      name: each,
      attempt: claim.attempt,
      kind: "mutex",
      mode,
      fence: fences[i] ?? fence,
      expiresAt: lease.expiresAt,
      waitedMs: 0,
    })),
  );
  if (isNamed(c, body)) return c.json({ lease }, 200);
  const rows = names.map((each, i) => ({ name: each, fence: fences[i] ?? fence }));
  return deliver(c, lease, () => commands.release(rows, owned, within()));
}

/** `POST /v1/leases/extend` */
export async function extendAll(
  c: ServiceContext,
  { body: { leases } }: Input<typeof routes.extendAll>,
): Promise<Response> {
  for (const [i, { name, ttlMs }] of leases.entries()) {
    checkName(c, name);
    checkTtl(c, ttlMs, `leases.${i}.ttlMs`);
  }
  const rows = await Promise.all(
    leases.map(async ({ name, ttlMs, ...held }) => ({ ...(await heldClaim(c, held)), name, ttlMs })),
  );
  const soonest = Math.min(...leases.map(({ ttlMs }) => ttlMs));
  const remainingMs = await connectionOf(c).commands.extend(rows, within(soonest));
  record(
    c,
    leases.flatMap(({ name, waitedMs }, i) => {
      const attempt = rows[i]?.attempt;
      if (remainingMs[i] === 0) return { type: "lost", name, attempt } as const;
      return waitedMs === undefined ? [] : ({ type: "acquired", name, attempt, waitedMs } as const);
    }),
  );
  return c.json({ remainingMs }, 200);
}

/** `POST /v1/leases/release` */
export async function releaseAll(
  c: ServiceContext,
  { body }: Input<typeof routes.releaseAll>,
): Promise<Response> {
  const { leases, waitedMs } = body;
  for (const { name } of leases) checkName(c, name);
  const claim = await heldClaim(c, body);
  const released = await connectionOf(c).commands.release(leases, claim, within());
  const outcome = released ? "released" : "lost";
  record(
    c,
    leases.flatMap(({ name, fence }) => [
      ...(waitedMs === undefined ? [] : [wokenUp(name, claim, fence, waitedMs)]),
      { type: outcome, name, fence, attempt: claim.attempt } as const,
    ]),
  );
  return c.json({ outcome } satisfies ReleaseAnswer, 200);
}

/** `POST /v1/leases/withdraw` */
export async function withdrawAll(
  c: ServiceContext,
  { body }: Input<typeof routes.withdrawAll>,
): Promise<Response> {
  const { names } = body;
  for (const name of names) checkName(c, name);
  const claim = await wholeClaim(c, body);
  await connectionOf(c).commands.takeBack(names.map(mutex), claim, wishOf(body), within());
  record(
    c,
    names.map((name) => ({ type: "withdrawn", name, attempt: claim.attempt, kind: "mutex" })),
  );
  return c.body(null, 204);
}
