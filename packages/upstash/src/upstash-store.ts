import {
  type Clock,
  createScriptRunner,
  type RetryPolicy,
  type Store,
  systemClock,
  withRetries,
} from "@holdfast/core";
import { invalid, requesterOf, type UpstashRedis } from "./client.ts";
import { sendOnce } from "./send.ts";

export interface UpstashStoreOptions {
  /** Time for one try, the client's own retries included, in milliseconds. Default 5,000; a short lease shortens it. */
  readonly timeoutMs?: number;
  /** What happens when a try fails. It comes on top of the client's own `retry`, within the same time. */
  readonly retry?: RetryPolicy;
  /** Replaces the platform's time and chance, for tests. */
  readonly clock?: Clock;
}

/**
 * A store over an `@upstash/redis` client that is there already: its URL, token, agent, middleware and sync token
 * are used; whatever its other options are, replies arrive as the server sent them.
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
  const { timeoutMs, retry, clock } = parse(options);
  const runScript = createScriptRunner();

  return {
    run: (script, keys, args, options = {}) =>
      runScript(
        (command) =>
          withRetries(clock, retry, timeoutMs, options, (limitMs) =>
            sendOnce(clock, requester, command, limitMs, options),
          ),
        script,
        keys,
        args,
      ),
  };
}

function parse({ timeoutMs = 5000, retry = {}, clock = systemClock }: UpstashStoreOptions) {
  const policy = { retries: 3, minDelayMs: 50, maxDelayMs: 1000, ...retry };
  for (const [name, value] of Object.entries({ timeoutMs, ...policy }))
    if (!Number.isSafeInteger(value) || value < (name === "timeoutMs" ? 1 : 0))
      throw invalid(`upstashStore: ${name} must be a whole number, not ${String(value)}.`);
  return { timeoutMs, retry: policy, clock };
}
