import type { AcquireReply, Manner } from "@holdfast/core/commands";
import type { QueuedAnswer, routes } from "@holdfast/protocol";
import { audit } from "../accounts/audit.ts";
import { checkTtl, needScope } from "../accounts/rights.ts";
import type { ServiceContext } from "../context.ts";
import { attemptHash } from "../digest.ts";
import { record } from "../history/record.ts";
import type { Input } from "../mount.ts";
import { type AcquireBody, targetOf, wishOf } from "./ask.ts";
import { busy, ended } from "./busy.ts";
import { drawnClaim, isNamed, wholeClaim } from "./claim.ts";
import { connectionOf } from "./connection.ts";
import { deliver } from "./delivery.ts";
import { type Grant, leaseBody } from "./grant.ts";
import { carefully, within } from "./tries.ts";
import { acquireInTurn } from "./waiting.ts";

/** `POST /v1/locks/{name}/acquire` */
export async function acquire(
  c: ServiceContext,
  { params: { name }, body }: Input<typeof routes.acquire>,
): Promise<Response> {
  checkTtl(c, body.ttlMs);
  checkTtl(c, body.lockDelayMs, "lockDelayMs");
  if (body.steal) needScope(c, "locks:admin");
  // Who steals waits for nobody.
  if (body.inQueue || body.waitMs === 0 || body.steal) return acquireAtOnce(c, name, body);
  return acquireInTurn(c, name, body);
}

/** One command, answered as the store answers. */
async function acquireAtOnce(c: ServiceContext, name: string, body: AcquireBody): Promise<Response> {
  const { inQueue, ttlMs, claimMs, steal, maxWaiters = 0 } = body;
  const claim = await (inQueue ? wholeClaim(c, body) : drawnClaim(c, body));
  const { commands } = connectionOf(c);
  const target = targetOf(name, body);
  const wish = wishOf(body);
  const reply = await carefully<AcquireReply>(c, ttlMs, {
    send: (run) => commands.acquire(target, claim, wish, mannerOf(body), maxWaiters, run),
    // Who waits by itself for a lock without a queue goes on asking with this attempt, so it must not end.
    settled: ({ status }) =>
      status === "granted" || status === "queued" || (status === "held" && inQueue !== undefined),
    // Whoever named the attempt may ask with it again.
    leftovers: (reply) => reply.status === "held" && reply.unsettled === true && !isNamed(c, body),
    undo: (run) => commands.takeBack([target], claim, wish, run),
  });
  const { kind, mode } = target;
  const event = { name, attempt: claim.attempt, kind, mode };
  if (reply.status === "ended") throw ended(name, isNamed(c, body));
  if (reply.status === "queued") {
    const { place: position, freeInMs, heldForMs, serverNow: storeTime } = reply;
    if (inQueue?.waitedMs === 0) record(c, { ...event, type: "queued" });
    const hash = await attemptHash(claim.attempt);
    const answer: QueuedAnswer = { queued: { position, hash, freeInMs, heldForMs, storeTime } };
    return c.json(answer, 202);
  }
  if (reply.status !== "granted") throw busy(name, reply, inQueue !== undefined);

  const owned = { attempt: claim.attempt, owner: reply.owner };
  const { fence, serverNow: storeTime } = reply;
  // A repetition may find a grant out of the queue, which lasts one claim window until it is confirmed. A client that waits by
  // itself knows of that; nobody else will be here to do it.
  const inWindow = !inQueue && reply.remainingMs <= claimMs && ttlMs > claimMs;
  const [remainingMs = 0] = inWindow
    ? await commands.extend([{ ...owned, name, ttlMs }], within(ttlMs))
    : [reply.remainingMs];
  if (remainingMs === 0) throw ended(name, isNamed(c, body));
  const granted: Grant = { name, claim: owned, fence, mode, ttlMs, remainingMs, storeTime };
  const lease = leaseBody(granted);
  if (steal) audit(c, { action: "lock-stolen", target: name });
  record(c, {
    ...event,
    type: "acquired",
    fence,
    expiresAt: lease.expiresAt,
    waitedMs: inQueue?.waitedMs ?? 0,
  });
  if (isNamed(c, body)) return c.json({ lease }, 200);
  return deliver(c, lease, () => commands.release([{ name, fence }], owned, within()));
}

function mannerOf({ inQueue, fair, steal }: AcquireBody): Manner {
  if (steal) return "barge-steal";
  if (inQueue) return fair ? "wait" : "barge";
  return fair ? "try" : "barge-try";
}
