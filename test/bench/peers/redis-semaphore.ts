import { Mutex } from "redis-semaphore";
import { connectRedis } from "./counted-redis.ts";
import type { Peer } from "./peer.ts";

export const redisSemaphore: Peer = {
  name: "redis-semaphore 5.8.0",
  tcp: true,
  async connect(network) {
    const redis = await connectRedis(network);
    const kept: Mutex[] = [];
    return {
      async acquire(name, ttlMs) {
        const mutex = new Mutex(redis, name, {
          lockTimeout: ttlMs,
          acquireTimeout: Number.POSITIVE_INFINITY,
        });
        await mutex.acquire();
        return { release: () => mutex.release() };
      },
      async keep(name, ttlMs, onLost) {
        const mutex = new Mutex(redis, name, { lockTimeout: ttlMs, onLockLost: onLost });
        kept.push(mutex);
        await mutex.acquire();
      },
      leftMs: async (name) => Number(await network.command("PTTL", `mutex:${name}`)),
      sent: () => redis.sentCommands,
      async close() {
        // Its renewal on a closed connection would be an unhandled rejection.
        for (const mutex of kept) mutex.stopRefresh();
        redis.disconnect();
      },
    };
  },
};
