import type { Principal, Service } from "../context.ts";
import { fromHex, sameDigest, sha256 } from "../digest.ts";
import { invalidToken } from "./challenge.ts";
import { looksLikeJwt, verifyJwt } from "./jwt.ts";
import { lookUpKey } from "./key-cache.ts";
import { keyIdIn } from "./key-format.ts";
import type { KeyRecord } from "./key-records.ts";

/** No key is longer, and a token this long does not fit into the headers that servers take. */
const LONGEST_TOKEN = 8192;

const OPERATOR: Principal = {
  id: "operator",
  via: "operator",
  scopes: ["locks:acquire", "locks:read", "locks:admin"],
  prefixes: [""],
};

/**
 * Who presents this token.
 *
 * @throws Problem `unauthorized` for one that opens nothing; `unavailable` and the like when that cannot be told now.
 */
export async function authenticate(service: Service, token: string): Promise<Principal> {
  if (token.length > LONGEST_TOKEN) throw invalidToken("The token is too long.");
  const { operatorKey } = service.options;
  const digest = await sha256(token);
  if (operatorKey && sameDigest(digest, await sha256(operatorKey))) return OPERATOR;
  const id = keyIdIn(token);
  if (id !== undefined) return withKey(await lookUpKey(service, id), digest);
  if (looksLikeJwt(token)) return verifyJwt(service, token);
  throw invalidToken("The API key is not valid.");
}

/** A key that is unknown, revoked or wrong is the same to who presents it. */
function withKey(record: KeyRecord | undefined, digest: Uint8Array): Principal {
  const same = sameDigest(digest, fromHex(record?.sha256 ?? "00".repeat(32)));
  if (record === undefined || !same) throw invalidToken("The API key is not valid.");
  const { id, tenant, scopes, prefixes, maxTtlMs, rateLimit, expiresAt } = record;
  if (expiresAt !== undefined && expiresAt <= Date.now()) throw invalidToken("The API key has expired.");
  return {
    id,
    via: "key",
    ...(tenant !== undefined && { tenant }),
    scopes,
    prefixes,
    ...(maxTtlMs !== undefined && { maxTtlMs }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
