import Redlock from "redlock";
import { connectRedis } from "./counted-redis.ts";
import type { Peer } from "./peer.ts";

/** Gives up after ten retries by default; here it goes on. */
export const redlock: Peer = {
  name: "redlock 5.0.0-beta.2",
  tcp: true,
  async connect(network) {
    const redis = await connectRedis(network);
    const client = new Redlock([redis], { retryCount: -1 });
    // It reports every busy answer as an error event.
    client.on("error", () => {});
    return {
      async acquire(name, ttlMs) {
        const lock = await client.acquire([name], ttlMs);
        return { release: () => lock.release() };
      },
      keep: (name, ttlMs, onLost) =>
        new Promise((resolve, reject) => {
          const forever = (signal: AbortSignal) =>
            new Promise<void>((done) => {
              signal.addEventListener("abort", () => {
                onLost();
                done();
              });
              resolve();
            });
          client.using([name], ttlMs, forever).catch(reject);
        }),
      leftMs: async (name) => Number(await network.command("PTTL", name)),
      sent: () => redis.sentCommands,
      close: async () => redis.disconnect(),
    };
  },
};
