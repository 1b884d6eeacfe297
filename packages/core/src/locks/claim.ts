import type { Clock } from "../clock.ts";
import type { Claim } from "../lock/target.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** 22 characters of base64url: 132 random bits. */
export function token(clock: Clock): string {
  let text = "";
  for (const byte of clock.randomBytes(22)) text += ALPHABET[byte & 63];
  return text;
}

/** A fresh owner. The attempt is named by the caller, or by the owner token itself. */
export function newClaim(clock: Clock, attemptId: string | undefined): Claim {
  const owner = token(clock);
  return { owner, attempt: attemptId ?? owner };
}
