import { createRedlock, IoredisAdapter, LockAcquisitionError } from "redlock-universal";
import { NODE_TIMEOUT_MS } from "../nodes.ts";
import { connectAll } from "./connections.ts";
import { type QuorumPeer, RIVAL_RETRIES } from "./peer.ts";

/** Its users have no fence either; a handle says when it was acquired, by the clock of whoever asked. */
export const redlockUniversal: QuorumPeer = {
  name: "redlock-universal 0.8.5",
  async connect({ ports }) {
    const { redis, sent, close } = await connectAll(ports);
    const adapters = redis.map((client) => new IoredisAdapter(client, { timeout: NODE_TIMEOUT_MS }));
    return {
      async acquire(key, ttl) {
        const lock = createRedlock({ adapters, key, ttl, retryAttempts: RIVAL_RETRIES });
        try {
          const handle = await lock.acquire();
          return { token: handle.acquiredAt, release: () => lock.release(handle) };
        } catch (error) {
          if (error instanceof LockAcquisitionError) return null;
          throw error;
        }
      },
      sent,
      close,
    };
  },
};
