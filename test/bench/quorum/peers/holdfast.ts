import { createLocks, foundQuorum, HoldfastError, quorumStore, restStore, type Store } from "@holdfast/core";
import { ioredisStore } from "@holdfast/redis";
import { nodeAhead } from "../clocks.ts";
import { NODE_TIMEOUT_MS, type Reach, TOKEN } from "../nodes.ts";
import { connectAll } from "./connections.ts";
import { type QuorumClient, type QuorumPeer, WAIT_MS } from "./peer.ts";

interface Kind {
  readonly name: string;
  readonly over: (reach: Reach) => Promise<Ways>;
  readonly writeBack?: false;
}

/** A client's ways to the nodes. */
interface Ways extends Pick<QuorumClient, "sent" | "close"> {
  readonly stores: readonly Store[];
}

async function tcp({ ports, clocksMs }: Reach): Promise<Ways> {
  const { redis, sent, close } = await connectAll(ports);
  const stores = redis.map((client, node) => nodeAhead(ioredisStore(client), clocksMs?.[node] ?? 0));
  return { stores, sent, close };
}

async function rest({ urls }: Reach): Promise<Ways> {
  let sent = 0;
  const counting: typeof fetch = (...request) => {
    sent++;
    return fetch(...request);
  };
  const stores = urls.map((url) => restStore({ url, token: TOKEN, fetch: counting }));
  return { stores, sent: () => sent, close() {} };
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
      const { stores, sent, close } = await over(reach);
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
        sent,
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
