import type { Reply } from "./reply.ts";

/** Integers and status lines both arrive as text here; no command has a status line made of digits. */
const INTEGER = /^-?\d+$/;

const CRLF = "\r\n";

const parts = (reply: Reply, out: (string | Buffer)[]): void => {
  if (reply === null) out.push("$-1\r\n");
  else if (reply instanceof Error) out.push(`-${reply.message}${CRLF}`);
  else if (Array.isArray(reply)) {
    out.push(`*${reply.length}${CRLF}`);
    for (const item of reply) parts(item, out);
  } else if (typeof reply !== "string") out.push(`$${reply.length}${CRLF}`, reply, CRLF);
  else out.push(`${INTEGER.test(reply) ? ":" : "+"}${reply}${CRLF}`);
};

/** Replies, status lines as text, one after the other as a TCP client would read them; every nil is a null bulk string. */
export const resp2Replies = (replies: readonly Reply[]): Buffer => {
  const out: (string | Buffer)[] = [];
  for (const reply of replies) parts(reply, out);
  return Buffer.concat(out.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
};
