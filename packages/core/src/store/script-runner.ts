import { type AcksOptions, acknowledgement } from "./acks.ts";
import { KEY_LOCKING, type Script } from "./script.ts";
import { serverError } from "./server-error.ts";
import type { Reply, RunOptions } from "./store.ts";

/** Answer to one command: its result, or the server's error line. `behind`: that to the command which went right behind it. */
export type CommandReply = ({ readonly result: Reply } | { readonly error: string }) & {
  readonly behind?: CommandReply | undefined;
};

/**
 * Delivers one command, and with it the one that `behind` makes for a try of so many milliseconds: in the same request, on the
 * same connection, in this order. Rejects when there was no answer.
 */
export type SendCommand = (
  command: readonly string[],
  behind?: (limitMs: number) => readonly string[],
) => Promise<CommandReply>;

export type ScriptRunner = (
  send: SendCommand,
  script: Script,
  keys: readonly string[],
  args: readonly string[],
  options?: RunOptions,
) => Promise<Reply>;

/** Redis 7 and Valkey name the flag; older servers fail to compile the line. Errors of a script that runs decide nothing. */
const REFUSES_KEY_LOCKING = /unexpected flag in script shebang|error compiling script/i;

/**
 * Runs scripts by digest and sends the source only to a server that does not have it (NOSCRIPT).
 *
 * Whether the server knows `allow-key-locking` is found out by the first script and remembered, so keep one
 * runner per store. A store adapter needs nothing else than a way to send a command, and for `acks` (as
 * {@link parseStoreTiming} gives them) one that lets another one follow it.
 */
export function createScriptRunner(acks?: Required<AcksOptions>): ScriptRunner {
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

  return async (send, script, keys, args, options = {}) => {
    const { acknowledged } = script;
    const ack = acks && acknowledged && acknowledgement(acks);
    const deliver: SendCommand = (command) => send(command, ack?.command);
    const tail = [String(keys.length), ...keys, ...args];
    // Several scripts may find out at the same time, so what counts is what this one was sent as.
    const flagged = !script.plain && keyLocking;
    let reply = await attempt(deliver, script, tail, flagged);
    if (flagged && "error" in reply && REFUSES_KEY_LOCKING.test(reply.error)) {
      keyLocking = false;
      reply = await attempt(deliver, script, tail, false);
    }
    if ("error" in reply) throw serverError(script.name, reply.error);
    ack?.check(reply.behind, acknowledged?.(reply.result, args) === true, options);
    return reply.result;
  };
}
