import { type JwtIssuer, misconfigured } from "@holdfast/hono";

/**
 * The issuers in `HOLDFAST_JWT`, a JSON list of `JwtIssuer`. The secret of the one with HS256 comes from `HOLDFAST_JWT_SECRET`, so
 * that the list can be read by anybody.
 *
 * @throws Problem `misconfigured`. What the list holds is checked by the service.
 */
export function issuersOf(json: string, secret: string): readonly JwtIssuer[] {
  if (json === "") return [];
  const issuers = parse(json);
  if (!Array.isArray(issuers)) throw misconfigured("HOLDFAST_JWT must be a JSON list of issuers.");
  const without = issuers.filter((issuer) => needsSecret(issuer));
  if (without.length > 1)
    throw misconfigured(
      "HOLDFAST_JWT has several issuers with HS256: each must have a secret of its own in it.",
    );
  if (without.length === 1 && secret === "")
    throw misconfigured(
      "HOLDFAST_JWT_SECRET must be set for the issuer with HS256: wrangler secret put HOLDFAST_JWT_SECRET.",
    );
  return issuers.map((issuer) => (needsSecret(issuer) ? { ...issuer, secret } : issuer));
}

function needsSecret(issuer: unknown): boolean {
  const { algorithms, secret } = (issuer ?? {}) as { algorithms?: unknown; secret?: unknown };
  return secret === undefined && Array.isArray(algorithms) && algorithms.includes("HS256");
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw misconfigured("HOLDFAST_JWT is not JSON.");
  }
}
