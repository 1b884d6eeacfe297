import {
  type Clock,
  createScriptRunner,
  parseRetryPolicy,
  type RetryPolicy,
  type Store,
  systemClock,
  withRetries,
} from "@holdfast/core";
import { invalid, requesterOf, type UpstashRedis } from "./client.ts";
import { sendOnce } from "./send.ts";

export interface UpstashStoreOptions {
  /**
   * Time for one try, the client's own retries included. 1 to 2,147,483,647 ms; default 5,000. A short lease
   * shortens it.
   */
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

const KNOWN = ["timeoutMs", "retry", "clock"];
/** The longest delay that timers take everywhere; more would fire at once. */
const MAX_TIMEOUT_MS = 2_147_483_647;

function parse(options: UpstashStoreOptions) {
  const { timeoutMs = 5000, retry, clock = systemClock } = options;
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined)
    throw invalid(`unknown upstashStore option ${JSON.stringify(unknown)}; known are ${KNOWN.join(", ")}.`);
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS)
    throw invalid(
      `timeoutMs must be a whole number of milliseconds from 1 to ${MAX_TIMEOUT_MS}, not ${String(timeoutMs)}.`,
    );
  return { timeoutMs, retry: parseRetryPolicy(retry), clock };
}
