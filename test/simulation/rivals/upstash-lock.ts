import type { Lock } from "@upstash/lock";
import type { Redis } from "@upstash/redis";
import { bundle } from "./bundle.ts";
import type { Rival } from "./rival.ts";
import { runAsClient } from "./sandbox.ts";

interface Library {
  readonly Lock: typeof Lock;
  readonly Redis: typeof Redis;
}

/** Its default pause between two looks. */
const DELAY_MS = 100;

/** As its README shows it: a client with its defaults, a lock for each use, and as many attempts as the wait is long. */
export const upstashLock: Rival = {
  title: "@upstash/lock 0.2.1 with @upstash/redis 1.39.0",
  async load() {
    const script = await bundle(
      `export { Lock } from "@upstash/lock"; export { Redis } from "@upstash/redis";`,
    );
    return (client) => {
      const { Lock, Redis } = runAsClient<Library>(script, client);
      const redis = new Redis({ url: client.url, token: "token" });
      return {
        async acquire(key, { leaseMs, waitMs, mark }) {
          const lock = new Lock({
            id: key,
            // The package's types are those of the CommonJS build of the client.
            redis: redis as never,
            lease: leaseMs,
            retry: { attempts: 1 + Math.floor(waitMs / DELAY_MS), delay: DELAY_MS },
          });
          if (!(await lock.acquire({ uuid: mark }))) return undefined;
          return {
            validMs: leaseMs,
            release: () => lock.release(),
            async extend(byMs) {
              // Milliseconds by its documentation; it takes whole seconds only.
              const wholeSeconds = Math.ceil(byMs / 1000) * 1000;
              return (await lock.extend(wholeSeconds)) ? wholeSeconds : undefined;
            },
          };
        },
      };
    };
  },
};
