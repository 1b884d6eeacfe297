import type { Scope } from "@holdfast/protocol";

/** Who may sign tokens for the users of this service, and what such a token is worth. */
export interface JwtIssuer {
  /** The claim `iss` of its tokens, to the letter. */
  readonly issuer: string;
  /** What it is called in events and the audit; the user is `<name>|<sub>`. Letters, digits, `.` `_` `-`. Default: the host of `issuer`. */
  readonly name?: string;
  /** What the claim `aud` must hold: the one, or one of several. */
  readonly audience: string | readonly string[];
  /** `["HS256"]` with `secret`; of `ES256` and `RS256` those that its keys are for. Nothing else is accepted, whatever a token says. */
  readonly algorithms: readonly ("HS256" | "ES256" | "RS256")[];
  /** For HS256: at least 32 bytes. */
  readonly secret?: string;
  /** For ES256 and RS256: where its public keys are. https, or http on this machine. */
  readonly jwksUrl?: string;
  /** For ES256 and RS256: its public keys themselves. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** The scopes that its tokens may carry; others in them count for nothing. Default: `locks:acquire` and `locks:read`. */
  readonly scopes?: readonly Scope[];
  /**
   * For tokens without the claim `holdfast_prefixes`: what the names must begin with. `{sub}` stands for the claim `sub`,
   * percent-encoded, and must be followed by a character such as `:`, so that no user's prefix begins another's.
   * `[""]` is all names. Default: a token without the claim is refused.
   */
  readonly prefixes?: readonly string[];
  /** The tenant of all its tokens. Default: none. */
  readonly tenant?: string;
  /** The claim that names the tenant, which must be among `tenants`. */
  readonly tenantClaim?: string;
  /** The tenants that `tenantClaim` may name. */
  readonly tenants?: readonly string[];
  /** The longest lease that its users may take, in ms. Default: no limit of their own. */
  readonly maxTtlMs?: number;
  /** A sliding window for each user. Default: no limit. */
  readonly rateLimit?: { readonly requests: number; readonly windowMs: number };
  /** How far its clock may be off, in whole seconds: tokens live that much longer. 0 to 300. Default 5. */
  readonly clockToleranceS?: number;
}

/** An issuer whose values can be used. */
export interface CheckedIssuer extends JwtIssuer {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly clockToleranceS: number;
}
