import { CountedRedis } from "../../peers/counted-redis.ts";
import { NODE_TIMEOUT_MS } from "../nodes.ts";

/** Connections of one client to the nodes. */
export interface Connections {
  readonly redis: readonly CountedRedis[];
  /** Commands so far, those included that found no connection. */
  sent(): number;
  close(): void;
}

/**
 * The clients that every peer over TCP gets: a command fails at once while there is no connection, and after
 * `NODE_TIMEOUT_MS` without an answer. With the defaults of ioredis it would wait for twenty reconnections, and for ever.
 */
export async function connectAll(ports: readonly number[]): Promise<Connections> {
  const redis = ports.map(
    (port) =>
      new CountedRedis({
        port,
        host: "127.0.0.1",
        lazyConnect: true,
        enableReadyCheck: false,
        disableClientInfo: true,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        commandTimeout: NODE_TIMEOUT_MS,
        retryStrategy: () => 500,
      }),
  );
  await Promise.all(
    redis.map(async (client) => {
      // Reconnecting is its own business; without a listener it prints each attempt.
      client.on("error", () => {});
      await client.connect().catch(() => {});
    }),
  );
  return {
    redis,
    sent: () => redis.reduce((sum, { sentCommands }) => sum + sentCommands, 0),
    close() {
      for (const client of redis) client.disconnect();
    },
  };
}
