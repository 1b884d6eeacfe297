import {
  type AcquireOptions,
  HoldfastError,
  type Json,
  type Lease,
  type Locks,
  LockTimeoutError,
} from "@holdfast/core";
import type { ServiceContext } from "../context.ts";
import { leaveTo } from "../context.ts";
import { toProblem } from "../errors.ts";
import { record } from "../history/record.ts";
import { Problem } from "../problem.ts";
import { type AcquireAllBody, type AcquireBody, targetOf } from "./ask.ts";
import { ended } from "./busy.ts";
import { drawnClaim, isNamed } from "./claim.ts";
import { locksOwnedBy } from "./connection.ts";
import { clientGone, deliver } from "./delivery.ts";
import { type Grant, leaseBody } from "./grant.ts";

/** Waiting for a lock on behalf of a client: the request is held open meanwhile. */

export async function acquireInTurn(c: ServiceContext, name: string, body: AcquireBody): Promise<Response> {
  const { fair, maxWaiters, weight } = body;
  return inTurn(c, [name], body, (locks, options) =>
    verbsOf(locks, name, body).acquire({
      ...options,
      fair,
      ...(maxWaiters !== undefined && { maxWaiters }),
      ...(weight !== undefined && { weight }),
    }),
  );
}

export async function acquireAllInTurn(c: ServiceContext, body: AcquireAllBody): Promise<Response> {
  return inTurn(c, body.names, body, (locks, options) => locks.acquireAll(body.names, options));
}

/** What an acquire of the SDK takes, as far as all kinds have it. */
function verbsOf(locks: Locks, name: string, { kind, permits = 1 }: AcquireBody) {
  switch (kind) {
    case "mutex":
      return { acquire: (options: AcquireOptions) => locks.acquire(name, options) };
    case "read":
      return locks.readWrite(name).read;
    case "write":
      return locks.readWrite(name).write;
    case "semaphore":
      return locks.semaphore(name, { permits });
  }
}

async function inTurn(
  c: ServiceContext,
  names: readonly string[],
  body: AcquireBody | AcquireAllBody,
  acquire: (locks: Locks, options: AcquireOptions) => Promise<Lease>,
): Promise<Response> {
  const { ttlMs, waitMs, metadata, lockDelayMs, claimMs } = body;
  const { attempt, owner } = await drawnClaim(c, body);
  const named = isNamed(c, body);
  // Who names the attempt may come back for its lease after a broken connection; nobody else ever could.
  const signal = named ? undefined : c.req.raw.signal;
  let contended = false;
  const { locks, ownerOf } = locksOwnedBy(owner, c, ({ type }) => {
    contended ||= type === "contended";
  });
  const [name = ""] = names;
  const { kind, mode } =
    "kind" in body ? targetOf(name, body) : ({ kind: "mutex", mode: "exclusive" } as const);
  const events = (type: "acquired" | "timed-out" | "withdrawn", lease?: Lease) => {
    const { fences = [lease?.fence], expiresAt } = lease?.toJSON() ?? {};
    const waitedMs = contended ? waited(c) : 0;
    const rows = names.map((each, i) => ({
      type,
      name: each,
      kind,
      mode,
      waitedMs,
      attempt,
      ...(fences[i] !== undefined && { fence: fences[i] }),
      ...(expiresAt !== undefined && { expiresAt }),
    }));
    record(c, rows);
  };

  const acquiring = acquire(locks, {
    ttlMs,
    waitMs,
    lockDelayMs,
    claimMs,
    ...(metadata !== undefined && { metadata: metadata as Json }),
    attemptId: attempt,
    ...(signal !== undefined && { signal }),
    renew: false,
  });
  // When the client goes, the runtime ends the request; what is under way must still come to a clean end.
  leaveTo(c)(acquiring);
  try {
    const lease = await acquiring;
    // A grant out of the queue lasts one claim window until it is confirmed, and nobody will be here to do that.
    if (lease.remainingMs() <= claimMs && ttlMs > claimMs) await lease.extend();
    events("acquired", lease);
    const answer = leaseBody({ ...grantOf(lease, ownerOf(lease)), waitedMs: waited(c) });
    if (signal === undefined) return c.json({ lease: answer }, 200);
    return deliver(c, answer, async () => {
      events("withdrawn", lease);
      await lease.release();
    });
  } catch (error) {
    if (signal?.aborted) {
      events("withdrawn");
      return clientGone();
    }
    if (error instanceof LockTimeoutError) {
      events("timed-out");
      throw tooLong(error, names, body);
    }
    const over = error instanceof HoldfastError && error.code === "attempt-ended";
    throw over ? ended(name, named) : error;
  }
}

function grantOf(lease: Lease, owner: string): Grant {
  const { name, names, fences, attemptId, fence, mode, ttlMs } = lease.toJSON();
  return {
    name,
    ...(names && fences && { names, fences }),
    claim: { owner, attempt: attemptId },
    fence,
    mode,
    ttlMs,
    remainingMs: lease.remainingMs(),
  };
}

function waited(c: ServiceContext): number {
  return Math.floor(performance.now() - c.var.arrivedAt);
}

function tooLong(
  error: LockTimeoutError,
  names: readonly string[],
  body: AcquireBody | AcquireAllBody,
): Problem {
  const { message, extras } = toProblem(error);
  if (names.length > 1) {
    const members = { ...extras.members, blocked: Math.max(0, names.indexOf(error.lock)) };
    return new Problem("held", message, { ...extras, members });
  }
  const turnedAway = "maxWaiters" in body && error.position === 0 && error.waitedMs < body.waitMs;
  return turnedAway ? new Problem("queue-full", message, extras) : new Problem("held", message, extras);
}
