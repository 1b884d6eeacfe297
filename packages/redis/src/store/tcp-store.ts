import {
  type CommandReply,
  createScriptRunner,
  parseStoreTiming,
  type RunOptions,
  type Store,
  type StoreTiming,
  serverError,
  withRetries,
} from "@holdfast/core";
import type { Connection, Send } from "./connection.ts";
import { page } from "./scan.ts";
import { sendOnce } from "./send.ts";
import { checkPrefix, checkTogether, slotOf } from "./slots.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** A store over a connection: its own time and retries, scripts by digest, one more connection that listens. */
export function tcpStore(connection: Connection, options: StoreTiming): Store {
  const { clock, retry, timeoutMs } = parseStoreTiming(connection.maker, options);
  checkPrefix(connection);
  const runScript = createScriptRunner();

  const deliver = (send: Send, command: readonly string[], options: RunOptions): Promise<CommandReply> =>
    withRetries(clock, retry, timeoutMs, options, (limitMs) =>
      sendOnce(clock, connection, send, command, limitMs, options),
    );

  return {
    async run(script, keys, args, options = {}) {
      checkTogether(connection, keys);
      const started = clock.now();
      const rest = () =>
        options.budgetMs === undefined
          ? options
          : { ...options, budgetMs: options.budgetMs - (clock.now() - started) };
      return runScript((command) => deliver(connection.send, command, rest()), script, keys, args);
    },
    ...(connection.openEar && { subscribe: createSubscriptions(clock, timeoutMs, connection.openEar) }),
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
