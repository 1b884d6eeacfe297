import type { Claim } from "@holdfast/core/commands";
import { token } from "@holdfast/protocol";
import { boundAttempt, heldAttempt } from "../accounts/attempts.ts";
import type { ServiceContext } from "../context.ts";
import { randomToken } from "../digest.ts";
import { drawnOwner } from "../nodes/owners.ts";
import { unprocessable } from "../problem.ts";
import { check } from "../validate.ts";

/**
 * Who asks for a lock, as the store knows it: the owner's secret, and the attempt, which is bound to the principal. One that
 * nobody named is called as its owner is.
 */

interface Given {
  readonly owner?: string | undefined;
  readonly attemptId?: string | undefined;
}

/** What is left open is drawn here. */
export async function drawnClaim(c: ServiceContext, given: Given): Promise<Claim> {
  const { owner = randomToken() } = given;
  const attemptId = agree(given.attemptId, idempotencyKey(c)) ?? owner;
  return { attempt: await boundAttempt(c.var.principal, attemptId), owner };
}

/** For clients that repeat and undo by themselves: they can only do so with both. */
export async function wholeClaim(c: ServiceContext, given: Given): Promise<Claim> {
  const missing = [
    ...(isNamed(c, given) ? [] : ["attemptId"]),
    ...(given.owner === undefined ? ["owner"] : []),
  ];
  if (missing.length > 0) throw unprocessable(missing.map((field) => ({ field, detail: "must be given." })));
  return drawnClaim(c, given);
}

/** The claim of a lease that a caller says it holds; the store decides whether it does. */
export async function heldClaim(
  c: ServiceContext,
  { owner, attemptId }: { readonly owner: string; readonly attemptId?: string | undefined },
): Promise<Claim> {
  const { principal, service } = c.var;
  const unnamed = service.nodes ? drawnOwner(owner) : owner;
  return { attempt: await heldAttempt(principal, attemptId ?? unnamed), owner };
}

/** The name of a call that has no lease: repeated with it, it is done once. */
export async function callName(c: ServiceContext, attemptId: string | undefined): Promise<string> {
  return attemptId === undefined ? randomToken() : boundAttempt(c.var.principal, attemptId);
}

/** Whether the client can come back for its lease. */
export function isNamed(c: ServiceContext, { attemptId }: Given): boolean {
  return attemptId !== undefined || c.req.header("idempotency-key") !== undefined;
}

/** `Idempotency-Key` is a quoted string (draft-ietf-httpapi-idempotency-key-header); many send it bare. */
function idempotencyKey(c: ServiceContext): string | undefined {
  const header = c.req.header("idempotency-key");
  if (header === undefined) return undefined;
  return check(token, /^"(.*)"$/.exec(header)?.[1] ?? header, "Idempotency-Key");
}

function agree(inBody: string | undefined, inHeader: string | undefined): string | undefined {
  if (inBody !== undefined && inHeader !== undefined && inBody !== inHeader)
    throw unprocessable([{ field: "attemptId", detail: "differs from the header Idempotency-Key." }]);
  return inBody ?? inHeader;
}
