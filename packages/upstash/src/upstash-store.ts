import {
  createScriptRunner,
  parseStoreTiming,
  type Store,
  type StoreTiming,
  unproven,
  withRetries,
} from "@holdfast/core";
import { requesterOf, type UpstashRedis } from "./client.ts";
import { sendOnce } from "./send.ts";
import { subscriptionsOf } from "./subscribe.ts";

/** Time for one try and what happens when it fails (the client's own retries are within that time), and replicas' acknowledgement. */
export type UpstashStoreOptions = StoreTiming;

/**
 * A store over an `@upstash/redis` client that is there already: its URL, token, agent, middleware and sync token
 * are used; whatever its other options are, replies arrive as the server sent them. Waiters are told of their grant
 * over an event stream of the same URL and token; with a requester of its own (`new Redis({ request })`) a client has
 * none, and its waiters look from time to time.
 *
 * The client's own `signal` does not end the requests of locks: a release must get through when the rest is cancelled.
 *
 * @param redis - A client of 1.34.5 or newer, from any entry point of the package.
 * @throws HoldfastError `invalid-argument` when it is not one, or an option cannot work.
 * @example
 * ```ts
 * const locks = createLocks({ store: upstashStore(Redis.fromEnv()) });
 * ```
 */
export function upstashStore(redis: UpstashRedis, options: UpstashStoreOptions = {}): Store {
  const requester = requesterOf(redis);
  const { timeoutMs, retry, acks, clock } = parseStoreTiming("upstashStore", options);
  const runScript = createScriptRunner(acks);
  const subscribe = unproven(acks, subscriptionsOf(requester, clock, timeoutMs));

  return {
    ...(subscribe && { subscribe }),
    run: (script, keys, args, options = {}) =>
      runScript(
        (command, behind) =>
          withRetries(clock, retry, timeoutMs, options, (limitMs) =>
            sendOnce(clock, requester, [command, ...(behind ? [behind(limitMs)] : [])], limitMs, options),
          ),
        script,
        keys,
        args,
        options,
      ),
  };
}
