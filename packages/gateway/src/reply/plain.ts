import type { Reply } from "./reply.ts";

/** A reply as plain values for code in the same process: text, numbers while they are exact, null, arrays. */
export const plainValue = (reply: Reply): unknown => {
  if (reply instanceof Buffer) return reply.toString();
  if (Array.isArray(reply)) return reply.map(plainValue);
  if (typeof reply !== "string") return reply;
  const number = Number(reply);
  return Number.isSafeInteger(number) ? number : BigInt(reply);
};
