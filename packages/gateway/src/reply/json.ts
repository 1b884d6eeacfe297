import type { Reply } from "./reply.ts";

/** How strings travel in a JSON answer: as text with U+FFFD for bytes that are none, or as base64. */
export type TextEncoding = "utf8" | "base64";

const string = (value: Buffer, encoding: TextEncoding): string =>
  encoding === "base64" ? `"${value.toString("base64")}"` : JSON.stringify(value.toString());

/** Integers are printed with all their digits: `JSON.stringify` would round those past 2^53. */
const value = (reply: Exclude<Reply, Error>, encoding: TextEncoding, top: boolean): string => {
  if (reply === null) return "null";
  if (Array.isArray(reply)) return `[${reply.map((item) => element(item, encoding)).join(",")}]`;
  if (typeof reply === "string") return reply;
  // Clients decode every string but an OK that is the whole result.
  if (top && reply.length === 2 && reply.toString() === "OK") return '"OK"';
  return string(reply, encoding);
};

/** Inside an array an error can only be told as text. */
const element = (reply: Reply, encoding: TextEncoding): string =>
  reply instanceof Error ? string(Buffer.from(reply.message), encoding) : value(reply, encoding, false);

/** `{"result": …}`, or `{"error": "…"}`, whose text is never encoded. */
export const jsonReply = (reply: Reply, encoding: TextEncoding): string =>
  reply instanceof Error
    ? `{"error":${JSON.stringify(reply.message)}}`
    : `{"result":${value(reply, encoding, true)}}`;

/** The answer of `/pipeline` and `/multi-exec`. */
export const jsonReplies = (replies: readonly Reply[], encoding: TextEncoding): string =>
  `[${replies.map((reply) => jsonReply(reply, encoding)).join(",")}]`;
