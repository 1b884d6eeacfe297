import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import type { CheckedIssuer } from "./jwt-issuer.ts";

/** The keys that an issuer's tokens are checked with. A token chooses among these at most, by its `kid`. */

/** An issuer that does not answer is asked again no sooner than this. */
const PAUSE_MS = 5000;
const TIMEOUT_MS = 3000;

/** Says nothing about the token: its issuer's keys could not be had. */
export class KeysUnavailable extends Error {}

export function keysOf({ secret, jwks, jwksUrl }: CheckedIssuer): JWTVerifyGetKey {
  if (secret !== undefined) {
    const bytes = new TextEncoder().encode(secret);
    return async () => bytes;
  }
  if (jwks !== undefined) return createLocalJWKSet(jwks as unknown as JSONWebKeySet);
  return remoteKeys(new URL(jwksUrl as string));
}

/** Fetched when they are first needed, when they are 10 minutes old, and for an unknown `kid`, but not twice within 30 s. */
function remoteKeys(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    [customFetch]: pausingFetch(),
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new KeysUnavailable("The issuer's keys cannot be had.", { cause: error });
    }
  };
}

/** jose waits between fetches that worked; without this a flood of tokens would be a flood of requests to a server in trouble. */
function pausingFetch(): (url: string, options: RequestInit) => Promise<Response> {
  let closedUntil = 0;
  return async (url, options) => {
    if (Date.now() < closedUntil) throw new KeysUnavailable("The issuer did not answer just now.");
    try {
      const response = await fetch(url, options);
      if (response.status !== 200) closedUntil = Date.now() + PAUSE_MS;
      return response;
    } catch (error) {
      closedUntil = Date.now() + PAUSE_MS;
      throw error;
    }
  };
}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
