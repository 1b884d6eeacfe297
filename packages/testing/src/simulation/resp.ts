import RedisParser from "redis-parser";

/** A reply as RESP2 has it: an error reply is a value, a string is text unless bytes were asked for. */
export type ServerReply = string | number | null | Error | Buffer | readonly ServerReply[];

/** Puts the bytes of one connection together. */
export interface Replies {
  /** The replies that are complete with these bytes. */
  take(chunks: readonly Buffer[], asBytes?: boolean): ServerReply[];
}

export function readReplies(): Replies {
  let replies: ServerReply[] = [];
  const parser = new RedisParser({
    returnReply: (reply: ServerReply) => void replies.push(reply),
    returnError: (error: Error) => void replies.push(error),
  });
  return {
    take(chunks, asBytes = false) {
      parser.setReturnBuffers(asBytes);
      for (const chunk of chunks) parser.execute(chunk);
      const taken = replies;
      replies = [];
      return taken;
    },
  };
}

/** An argument of a command: bytes go out as they are. */
export type Argument = string | Buffer;

/** Commands one after the other. */
export function encodeCommands(commands: readonly (readonly Argument[])[]): Buffer {
  let text = "";
  for (const args of commands) {
    // Hundreds of thousands of commands are text only, and one piece of text is encoded the quickest.
    if (!args.every((arg) => typeof arg === "string")) return Buffer.concat(commands.map(encodeBytes));
    text += `*${args.length}\r\n`;
    for (const arg of args) text += `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`;
  }
  return Buffer.from(text);
}

function encodeBytes(args: readonly Argument[]): Buffer {
  const parts = args.flatMap((arg) => [Buffer.from(`$${Buffer.byteLength(arg)}\r\n`), Buffer.from(arg), END]);
  return Buffer.concat([Buffer.from(`*${args.length}\r\n`), ...parts]);
}

const END = Buffer.from("\r\n");
