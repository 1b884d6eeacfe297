import { createLocks, foundQuorum, HoldfastError, quorumStore, restStore, type Store } from "@holdfast/core";
import { ioredisStore } from "@holdfast/redis";
import { nodeAhead } from "../clocks.ts";
import { NODE_TIMEOUT_MS, type Reach, TOKEN } from "../nodes.ts";
import { connectAll } from "./connections.ts";
import { type QuorumPeer, WAIT_MS } from "./peer.ts";

interface Kind {
  readonly name: string;
  readonly over: (reach: Reach) => Promise<{ stores: Store[]; close: () => void }>;
  readonly writeBack?: false;
}

async function tcp({ ports, clocksMs }: Reach) {
  const { redis, close } = await connectAll(ports);
  const stores = redis.map((client, node) => nodeAhead(ioredisStore(client), clocksMs?.[node] ?? 0));
  return { stores, close };
}

async function rest({ urls }: Reach) {
  return { stores: urls.map((url) => restStore({ url, token: TOKEN })), close() {} };
}

function kind({ name, over, ...options }: Kind): QuorumPeer {
  return {
    name,
    async found(reach, namespace) {
      const { stores, close } = await over(reach);
      await foundQuorum(stores, { namespace });
      close();
    },
    async connect(reach, namespace) {
      const { stores, close } = await over(reach);
      const store = quorumStore(stores, { nodeTimeoutMs: NODE_TIMEOUT_MS, ...options });
      const locks = createLocks({ store, namespace });
      return {
        async acquire(name, ttlMs) {
          try {
            const lease = await locks.acquire(name, { ttlMs, waitMs: WAIT_MS });
            return { token: lease.fence, release: async () => (await lease.release()) === "released" };
          } catch (error) {
            if (error instanceof HoldfastError && GAVE_UP.includes(error.code)) return null;
            throw error;
          }
        },
        close,
      };
    },
  };
}

const GAVE_UP: readonly string[] = ["timeout", "unavailable"];

export const holdfast: QuorumPeer = kind({ name: "holdfast", over: tcp });
export const holdfastNoWriteBack: QuorumPeer = kind({
  name: "holdfast, writeBack: false",
  over: tcp,
  writeBack: false,
});
export const holdfastRest: QuorumPeer = kind({ name: "holdfast over REST", over: rest });
