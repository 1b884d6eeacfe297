import { Lock, type LockCreateConfig } from "@upstash/lock";
import { Redis } from "@upstash/redis";
import type { Peer } from "./peer.ts";

/** Its pause between two looks. */
const DEFAULT_DELAY_MS = 100;

/** Gives up after three looks by default; here it goes on, as otherwise most waiters would never get the lock. */
export function upstashLock(delayMs: number = DEFAULT_DELAY_MS): Peer {
  const retry = { attempts: Number.MAX_SAFE_INTEGER, delay: delayMs };
  return {
    name: `@upstash/lock 0.2.1${delayMs === DEFAULT_DELAY_MS ? "" : ` (delay ${delayMs} ms)`}`,
    async connect({ url, token }) {
      // One class at run time, declared once per module system.
      const redis = new Redis({ url, token, enableTelemetry: false }) as unknown as LockCreateConfig["redis"];
      return {
        async acquire(name, ttlMs, mark) {
          const lock = new Lock({ id: name, redis, lease: ttlMs, retry });
          if (!(await lock.acquire({ uuid: mark }))) throw new Error("@upstash/lock did not get the lock");
          return { release: () => lock.release() };
        },
        sent: () => 0,
        close: async () => {},
      };
    },
  };
}
