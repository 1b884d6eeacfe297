import type { Store, StoreTiming } from "@holdfast/core";
import { tcpStore } from "../store/tcp-store.ts";
import { checkIoredis, type IoredisClient } from "./client.ts";
import { ioredisConnection } from "./connection.ts";

export type { IoredisClient } from "./client.ts";

/**
 * Time for one try and what happens when it fails (what the client repeats of its own accord is within that time), and
 * replicas' acknowledgement: for a `Redis`, Sentinel included.
 */
export type IoredisStoreOptions = StoreTiming;

/**
 * A store over an ioredis client that is there already, a `Redis` (Sentinel and TLS included) or a `Cluster`, with any
 * options. Its `keyPrefix` goes before the keys of locks as before all others.
 *
 * Commands go out on the client's connection. Waiters are told of their grant on a second one, a `duplicate()` that is
 * opened when somebody waits and closed two seconds after the last. The client stays the caller's to close.
 *
 * @param client - A client of ioredis 5 or newer, for Redis 6.2 or newer, or Valkey. One that connects lazily is connected.
 * @throws HoldfastError `invalid-argument` when it is not one, or an option cannot work; of a client that was closed or
 * is subscribed, at the first request.
 * @example
 * ```ts
 * const redis = new Redis("redis://127.0.0.1:6379");
 * const locks = createLocks({ store: ioredisStore(redis) });
 * ```
 */
export function ioredisStore(client: IoredisClient, options: IoredisStoreOptions = {}): Store {
  return tcpStore(ioredisConnection(checkIoredis(client)), options);
}
