import { createHash, timingSafeEqual } from "node:crypto";
import type { GatewayToken, TokenAccess } from "../options.ts";

const digest = (token: string): Buffer => createHash("sha256").update(token).digest();

const BEARER = /^Bearer +(.+)$/i;

/** Finds out what a request may do, in a time that tells nothing about the tokens. */
export class Tokens {
  readonly #known: readonly { digest: Buffer; access: TokenAccess }[];

  constructor(tokens: readonly Pick<GatewayToken, "token" | "access">[]) {
    this.#known = tokens.map(({ token, access }) => ({ digest: digest(token), access }));
  }

  /** The access of the token in the header or else in the query; undefined for a wrong or missing one. */
  access(authorization: string | undefined, queryToken: string | undefined): TokenAccess | undefined {
    const token = authorization === undefined ? queryToken : BEARER.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    const sent = digest(token);
    let access: TokenAccess | undefined;
    for (const known of this.#known) if (timingSafeEqual(known.digest, sent)) access = known.access;
    return access;
  }
}
