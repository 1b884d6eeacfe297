import {
  type CommandReply,
  createScriptRunner,
  HoldfastError,
  parseStoreTiming,
  type RunOptions,
  type SendCommand,
  type Store,
  type StoreTiming,
  serverError,
  unproven,
  withRetries,
} from "@holdfast/core";
import type { Connection, Send } from "./connection.ts";
import { page } from "./scan.ts";
import { sendBoth, sendOnce } from "./send.ts";
import { checkPrefix, checkTogether, slotOf } from "./slots.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** A store over a connection: its own time and retries, scripts by digest, one more connection that listens. */
export function tcpStore(connection: Connection, options: StoreTiming): Store {
  const { clock, retry, acks, timeoutMs } = parseStoreTiming(connection.maker, options);
  checkPrefix(connection);
  const { sendTogether, openEar } = connection;
  if (acks && typeof sendTogether === "string")
    throw new HoldfastError(
      "invalid-argument",
      `${connection.maker}: no acks over this client: ${sendTogether}`,
    );
  const runScript = createScriptRunner(acks);

  const deliver = (
    send: Send,
    command: readonly string[],
    options: RunOptions,
    behind?: Parameters<SendCommand>[1],
  ): Promise<CommandReply> =>
    withRetries(clock, retry, timeoutMs, options, (limitMs) =>
      behind && typeof sendTogether !== "string"
        ? sendBoth(clock, connection, sendTogether, [command, behind(limitMs)], limitMs, options)
        : sendOnce(clock, connection, send, command, limitMs, options),
    );

  return {
    async run(script, keys, args, options = {}) {
      checkTogether(connection, keys);
      const started = clock.now();
      const rest = () =>
        options.budgetMs === undefined
          ? options
          : { ...options, budgetMs: options.budgetMs - (clock.now() - started) };
      return runScript(
        (command, behind) => deliver(connection.send, command, rest(), behind),
        script,
        keys,
        args,
        options,
      );
    },
    ...(openEar && { subscribe: unproven(acks, createSubscriptions(clock, timeoutMs, openEar)) }),
    ...(connection.isCluster && { slotOf: (key: string) => slotOf(connection, key) }),
    async scan(cursor, pattern, count, options = {}) {
      const { keyPrefix } = connection;
      const { send, command, after } = page(await connection.masters(), cursor, keyPrefix, pattern, count);
      if (!send) return ["0"];
      const reply = await deliver(send, command, options);
      if ("error" in reply) throw serverError("list", reply.error);
      const [next, keys] = reply.result as readonly [string, readonly string[]];
      return [after(next), ...keys.map((key) => key.slice(keyPrefix.length))];
    },
  };
}
