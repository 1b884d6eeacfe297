import { Redis } from "ioredis";
import { NODE_TIMEOUT_MS } from "../nodes.ts";

/**
 * The clients that every peer over TCP gets: a command fails at once while there is no connection, and after
 * `NODE_TIMEOUT_MS` without an answer. With the defaults of ioredis it would wait for twenty reconnections, and for ever.
 */
export async function connectAll(ports: readonly number[]): Promise<{ redis: Redis[]; close: () => void }> {
  const redis = ports.map(
    (port) =>
      new Redis({
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
    close() {
      for (const client of redis) client.disconnect();
    },
  };
}
