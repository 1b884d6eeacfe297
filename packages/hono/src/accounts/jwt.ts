import { decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Principal, Service } from "../context.ts";
import { Problem } from "../problem.ts";
import { perService } from "../services.ts";
import { invalidToken } from "./challenge.ts";
import { principalOf } from "./claims.ts";
import { KeysUnavailable, keysOf } from "./jwks.ts";
import type { CheckedIssuer } from "./jwt-issuer.ts";

interface Verifier {
  readonly issuer: CheckedIssuer;
  readonly keys: JWTVerifyGetKey;
}

const verifiersOf: (service: Service) => ReadonlyMap<string, Verifier> = /* @__PURE__ */ perService(
  ({ options }) =>
    new Map(options.jwt.map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer) }] as const)),
);

/** Three parts of base64url, of which the last is never empty: an unsigned token is none. */
export function looksLikeJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

/**
 * The user that a token speaks for. What a token says of itself chooses its issuer among those that are set up and one of
 * that issuer's keys, never an algorithm, and never a key or an address of its own (`jwk`, `jku`, `x5u`).
 *
 * @throws Problem `unauthorized`, `forbidden`, or `unavailable` when the issuer's keys cannot be had.
 */
export async function verifyJwt(service: Service, token: string): Promise<Principal> {
  const verifier = verifiersOf(service).get(issuerIn(token) ?? "");
  if (verifier === undefined) throw invalidToken("The token is of no issuer that is known here.");
  const { issuer, keys } = verifier;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: issuer.issuer,
      audience: typeof issuer.audience === "string" ? issuer.audience : [...issuer.audience],
      algorithms: [...issuer.algorithms],
      requiredClaims: ["exp", "sub"],
      clockTolerance: issuer.clockToleranceS,
    });
    return principalOf(issuer, payload);
  } catch (error) {
    throw toProblem(error);
  }
}

/** Not verified: it only tells which issuer's keys to verify with. */
function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** Whatever else goes wrong with a token is the token's fault: letting it in is never the answer. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof KeysUnavailable)
    return new Problem("unavailable", "The keys of the token's issuer cannot be had.", {
      headers: { "retry-after": "5" },
    });
  if (error instanceof errors.JWTExpired) return invalidToken("The token has expired.");
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalidToken(`The token's claim ${error.claim} is missing or does not fit.`);
  return invalidToken("The token is not valid.");
}
