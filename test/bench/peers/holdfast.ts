import { createLocks, restStore, type Store } from "@holdfast/core";
import type { Peer } from "./peer.ts";

/** Waiting by wake-up, as it is. */
export const holdfast: Peer = peer("holdfast", (store) => store);

/** On a store that cannot stream, so that waiters have to look. */
export const holdfastPolling: Peer = peer("holdfast (polling)", (store) => ({ run: store.run }));

function peer(name: string, as: (store: Store) => Store): Peer {
  return {
    name,
    async connect({ url, token }) {
      const locks = createLocks({ store: as(restStore({ url, token })) });
      return {
        async acquire(name, ttlMs, mark) {
          const lease = await locks.acquire(name, {
            ttlMs,
            waitMs: Number.POSITIVE_INFINITY,
            attemptId: mark,
          });
          return { fence: lease.fence, release: () => lease.release() };
        },
        async keep(name, ttlMs, onLost) {
          const lease = await locks.acquire(name, { ttlMs, renew: true });
          lease.signal.addEventListener("abort", onLost, { once: true });
        },
        async leftMs(name) {
          const [holder] = (await locks.inspect(name)).holders;
          return holder ? holder.expiresAt - Date.now() : 0;
        },
        sent: () => 0,
        close: async () => {},
      };
    },
  };
}
