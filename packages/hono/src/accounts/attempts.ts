import type { Principal } from "../context.ts";
import { sha256, toBase64Url } from "../digest.ts";
import { unprocessable } from "../problem.ts";

/**
 * An acquire that names an attempt the store knows is answered with that attempt's lease, its owner token included, and names
 * such as `order-42` can be guessed. So the store never sees an attempt as it was named: it belongs to the principal who
 * named it, and nobody else's has the same name there. The bound name, `hf.<whose>.<which>`, is what the answers carry; it is
 * no secret. The operator, who may do everything, names attempts as they are; nobody else's can be one of those.
 */
const BOUND = /^hf\.[\w-]{16}\.[\w-]{22}$/;

/**
 * The attempt as the store knows it, where naming it is enough: acquire, withdraw, count down.
 *
 * @throws Problem `invalid-argument` for the bound name of another principal's attempt.
 */
export async function boundAttempt(principal: Principal, attemptId: string): Promise<string> {
  if (principal.via === "operator") return attemptId;
  const start = `hf.${await tagOf(principal)}.`;
  if (!BOUND.test(attemptId)) return start + (await short(attemptId, 22));
  if (attemptId.startsWith(start)) return attemptId;
  throw unprocessable([{ field: "attemptId", detail: "names an attempt of another key." }]);
}

/** The same where the owner token is needed as well: whoever was handed both may act on the lease, whoever took it. */
export async function heldAttempt(principal: Principal, attemptId: string): Promise<string> {
  return BOUND.test(attemptId) ? attemptId : boundAttempt(principal, attemptId);
}

/** JSON, because no two lists of parts have the same. */
function tagOf({ via, tenant, id }: Principal): Promise<string> {
  return short(JSON.stringify([via, tenant ?? null, id]), 16);
}

async function short(text: string, length: number): Promise<string> {
  return toBase64Url(await sha256(text)).slice(0, length);
}
