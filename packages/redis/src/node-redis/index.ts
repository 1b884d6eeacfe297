import type { Store, StoreTiming } from "@holdfast/core";
import { tcpStore } from "../store/tcp-store.ts";
import { kindOf, type NodeRedisClient } from "./client.ts";
import { nodeRedisConnection } from "./connection.ts";

export type { NodeRedisClient } from "./client.ts";

/**
 * Time for one try and what happens when it fails (what the client repeats of its own accord is within that time), and
 * replicas' acknowledgement, for `createClient` and `createClientPool`.
 */
export type NodeRedisStoreOptions = StoreTiming;

/**
 * A store over a node-redis client that is there already, of `createClient`, `createClientPool`, `createCluster` or
 * `createSentinel`, TLS included, with RESP 2 or 3 and any other options. Its `keyPrefix` goes before the keys of
 * locks as before all others.
 *
 * Commands go out on the client's connection. Waiters are told of their grant on a second one, a `duplicate()` that is
 * opened when somebody waits and closed two seconds after the last; with `createSentinel` they look from time to time.
 * The client stays the caller's to connect, to give an `error` listener, and to close.
 *
 * @param client - A client of node-redis 5 or newer, for Redis 6.2 or newer, or Valkey.
 * @throws HoldfastError `invalid-argument` when it is not one, or an option cannot work; of a client that is not
 * connected, at the first request.
 * @example
 * ```ts
 * const redis = await createClient({ url: "redis://127.0.0.1:6379" }).connect();
 * const locks = createLocks({ store: nodeRedisStore(redis) });
 * ```
 */
export function nodeRedisStore(client: NodeRedisClient, options: NodeRedisStoreOptions = {}): Store {
  return tcpStore(nodeRedisConnection(kindOf(client)), options);
}
