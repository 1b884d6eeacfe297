import { HoldfastError } from "@holdfast/core";
import type { Redis } from "@upstash/redis";

/**
 * An `@upstash/redis` client, from any of its entry points. Public members only, so that a client of another copy of
 * the package has this type as well.
 */
export type UpstashRedis = Pick<Redis, "eval" | "evalsha" | "pipeline">;

/** What carries the client's requests: `Requester` of `@upstash/redis`. */
export interface Requester {
  request(request: { path?: string[]; body: readonly unknown[]; signal: AbortSignal }): Promise<unknown>;
}

/**
 * The client's requester, the one way on which nothing happens to a command or its reply but transport.
 *
 * `redis.evalsha` and `redis.eval` are auto-pipelined, so that one command's failure is another's and no single one
 * can be aborted, and they deserialise: metadata `"1"` would come back as a number. `client` is protected, not
 * private: subclasses have relied on it in every 1.x.
 *
 * @throws HoldfastError `invalid-argument` for anything but a client that knows its database.
 */
export function requesterOf(redis: UpstashRedis): Requester {
  const { client, pipeline } = (redis ?? {}) as { client?: Partial<Requester>; pipeline?: unknown };
  // A pipeline has a requester too, but it is no client.
  if (typeof client?.request !== "function" || typeof pipeline !== "function")
    throw invalid(
      "upstashStore needs a client of @upstash/redis 1.34.5 or newer: upstashStore(new Redis({ url, token })). " +
        "With only a URL and a token, use restStore of @holdfast/core.",
    );
  if ((client as { hasCredentials?: boolean }).hasCredentials === false)
    throw invalid("upstashStore: the Redis client was made without a url, so it can reach nothing.");
  return client as Requester;
}

function invalid(message: string): HoldfastError {
  return new HoldfastError("invalid-argument", message);
}
