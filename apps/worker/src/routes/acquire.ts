import type { Json } from "@holdfast/core";
import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { leaseBody } from "../lease.ts";
import { locksOf } from "../locks.ts";
import { unprocessable } from "../problem.ts";
import { acquireBody, attemptId } from "../schemas.ts";
import { check, readBody, readName } from "../validate.ts";

/** Nobody reads it; in logs it tells a client that left from a failure. The number is nginx'. */
const CLIENT_GONE = 499;

/** The SDK's default claim window. */
const CLAIM_MS = 2000;

/** `POST /v1/locks/{name}/acquire` */
export async function acquire(c: Context<AppEnv>): Promise<Response> {
  const arrivedAt = performance.now();
  const name = readName(c);
  const { ttlMs, waitMs, metadata, attemptId: inBody } = await readBody(c, acquireBody);
  const attempt = agree(inBody, idempotencyKey(c));
  // Who names the attempt may come back for its lease after a broken connection; nobody else ever could.
  const signal = attempt === undefined ? c.req.raw.signal : undefined;

  const acquiring = locksOf(c).acquire(name, {
    ...(ttlMs !== undefined && { ttlMs }),
    ...(waitMs !== undefined && { waitMs }),
    ...(metadata !== undefined && { metadata: metadata as Json }),
    ...(attempt !== undefined && { attemptId: attempt }),
    ...(signal !== undefined && { signal }),
    renew: false,
  });
  // When the client goes, the runtime ends the request; what is under way must still come to a clean end.
  c.executionCtx.waitUntil(acquiring.catch(() => {}));
  try {
    const lease = await acquiring;
    // A grant out of the queue lasts one claim window until it is confirmed, and nobody will be here to do that.
    if (lease.remainingMs() < CLAIM_MS && lease.toJSON().ttlMs > CLAIM_MS) await lease.extend();
    if (signal?.aborted) c.executionCtx.waitUntil(lease.release().catch(() => {}));
    return c.json({ lease: leaseBody(lease, arrivedAt) });
  } catch (error) {
    if (signal?.aborted) return new Response(null, { status: CLIENT_GONE });
    throw error;
  }
}

/** `Idempotency-Key` is a quoted string (draft-ietf-httpapi-idempotency-key-header); many send it bare. */
function idempotencyKey(c: Context<AppEnv>): string | undefined {
  const header = c.req.header("idempotency-key");
  if (header === undefined) return undefined;
  return check(attemptId, /^"(.*)"$/.exec(header)?.[1] ?? header, "Idempotency-Key");
}

function agree(inBody: string | undefined, inHeader: string | undefined): string | undefined {
  if (inBody !== undefined && inHeader !== undefined && inBody !== inHeader)
    throw unprocessable([{ field: "attemptId", detail: "differs from the header Idempotency-Key." }]);
  return inBody ?? inHeader;
}
