import type { Scope } from "@holdfast/protocol";
import { Problem } from "../problem.ts";

/** Refusals, with the challenges of RFC 6750 §3. Their texts are fixed: nothing that was presented is repeated. */

const REALM = 'Bearer realm="holdfast"';

/** There was no token. */
export function noToken(): Problem {
  return unauthorized(REALM, "Send the header Authorization: Bearer <API key or token>.");
}

/** There was one, and it opens nothing. */
export function invalidToken(detail: string): Problem {
  return unauthorized(`${REALM}, error="invalid_token"`, detail);
}

/** It opens something else. */
export function lacksScope(scope: Scope): Problem {
  const challenge = `${REALM}, error="insufficient_scope", scope="${scope}"`;
  return new Problem("forbidden", `This needs the scope ${scope}.`, {
    headers: { "www-authenticate": challenge },
  });
}

function unauthorized(challenge: string, detail: string): Problem {
  return new Problem("unauthorized", detail, { headers: { "www-authenticate": challenge } });
}
