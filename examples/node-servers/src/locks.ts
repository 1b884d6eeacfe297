import { createGuard, createLocks, type Guard, type Locks } from "@holdfast/core";
import { ioredisStore } from "@holdfast/redis/ioredis";
import { Redis } from "ioredis";

export interface Connected {
  readonly locks: Locks;
  readonly guard: Guard;
  readonly paymentsUrl: string;
  close(): Promise<void>;
}

/** The locks of a process, over the ioredis client that the rest of it uses as well. */
export function connect({ REDIS_URL, PAYMENTS_URL } = process.env): Connected {
  if (!REDIS_URL || !PAYMENTS_URL) throw new Error("REDIS_URL and PAYMENTS_URL must be set");
  const redis = new Redis(REDIS_URL);
  // Without a listener, ioredis prints every lost connection; locks tell what matters by themselves.
  redis.on("error", () => {});
  const store = ioredisStore(redis);
  return {
    locks: createLocks({ store }),
    guard: createGuard({ store }),
    paymentsUrl: PAYMENTS_URL,
    close: async () => void (await redis.quit()),
  };
}
