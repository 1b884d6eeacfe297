import { KEY_LOCKING, type Script } from "./script.ts";
import { serverError } from "./server-error.ts";
import type { Reply } from "./store.ts";

/** Answer to one command: its result, or the server's error line. */
export type CommandReply = { readonly result: Reply } | { readonly error: string };

/** Delivers one command. Rejects when there was no answer. */
export type SendCommand = (command: readonly string[]) => Promise<CommandReply>;

export type ScriptRunner = (
  send: SendCommand,
  script: Script,
  keys: readonly string[],
  args: readonly string[],
) => Promise<Reply>;

/** Redis 7 and Valkey name the flag; older servers fail to compile the line. Errors of a script that runs decide nothing. */
const REFUSES_KEY_LOCKING = /unexpected flag in script shebang|error compiling script/i;

/**
 * Runs scripts by digest and sends the source only to a server that does not have it (NOSCRIPT).
 *
 * Whether the server knows `allow-key-locking` is found out by the first script and remembered, so keep one
 * runner per store. A store adapter needs nothing else than a way to send a command.
 */
export function createScriptRunner(): ScriptRunner {
  let keyLocking = true;

  async function attempt(
    send: SendCommand,
    script: Script,
    tail: readonly string[],
    flagged: boolean,
  ): Promise<CommandReply> {
    const digest = flagged ? script.keyLockingDigest : script.digest;
    const cached = await send(["EVALSHA", digest, ...tail]);
    if (!("error" in cached) || !cached.error.includes("NOSCRIPT")) return cached;
    return send(["EVAL", flagged ? KEY_LOCKING + script.source : script.source, ...tail]);
  }

  return async (send, script, keys, args) => {
    const tail = [String(keys.length), ...keys, ...args];
    // Several scripts may find out at the same time, so what counts is what this one was sent as.
    const flagged = !script.plain && keyLocking;
    let reply = await attempt(send, script, tail, flagged);
    if (flagged && "error" in reply && REFUSES_KEY_LOCKING.test(reply.error)) {
      keyLocking = false;
      reply = await attempt(send, script, tail, false);
    }
    if ("error" in reply) throw serverError(script.name, reply.error);
    return reply.result;
  };
}
