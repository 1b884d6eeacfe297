import { Refusal } from "./refusal.ts";

// draft-ietf-httpapi-idempotency-key-header §2.1: an Item Structured Header (RFC 9651 §3.3.3) whose value is a String.
// Parameters are allowed of every Item, and none is defined.
const STRING = /^"((?:[ !#-[\]-~]|\\["\\])*)"(?: *;.*)?$/;
/** Many clients send their UUID without quotes, which no other header value can be mistaken for. */
const BARE = /^[A-Za-z0-9_.:~+/=-]+$/;

const LONGEST = 255;

/**
 * The key in the header's value.
 *
 * @throws Refusal 400 unless it is one string of 1 to 255 characters.
 */
export function parseIdempotencyKey(header: string): string {
  const value = header.trim();
  const quoted = STRING.exec(value)?.[1]?.replaceAll(/\\(["\\])/g, "$1");
  const key = quoted ?? (BARE.test(value) ? value : undefined);
  if (key === undefined || key.length === 0 || key.length > LONGEST)
    throw new Refusal(
      "key-malformed",
      `Idempotency-Key must be one string in double quotes, of 1 to ${LONGEST} characters of ASCII, such as "8e03978e-40d5-43e8-bc93-6894a57f9324".`,
    );
  return key;
}
