import Redlock, { ExecutionError } from "redlock";
import { connectAll } from "./connections.ts";
import { type QuorumPeer, RIVAL_RETRIES } from "./peer.ts";

/** Its users have no fence. What grows from lock to lock is the expiration, by the clock of whoever asked. */
export const redlock: QuorumPeer = {
  name: "redlock 5.0.0-beta.2",
  async connect({ ports }) {
    const { redis, sent, close } = await connectAll(ports);
    const client = new Redlock([...redis], { retryCount: RIVAL_RETRIES });
    return {
      async acquire(name, ttlMs) {
        const lock = await client.acquire([name], ttlMs).catch(gaveUp);
        if (!lock) return null;
        const token = lock.expiration;
        return {
          token,
          release: () =>
            lock.release().then(
              () => true,
              (error) => gaveUp(error) !== null,
            ),
        };
      },
      sent,
      close,
    };
  },
};

function gaveUp(error: unknown): null {
  if (error instanceof ExecutionError) return null;
  throw error;
}
