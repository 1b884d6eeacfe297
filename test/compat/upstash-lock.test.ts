/** What the documentation of @upstash/lock shows and says, on the original and on the facade: one is in place of the other. */
import { Lock as Facade } from "@holdfast/core/compat/upstash-lock";
import { Lock as Original } from "@upstash/lock";
import { Redis } from "@upstash/redis";
import { describe, expect, it, vi } from "vitest";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";

type Config = { lease?: number; retry?: { attempts: number; delay: number } };

onEveryEngine("@upstash/lock's documentation", (f) => {
  const redis = () => new Redis({ url: f.gateway.url, token: TOKEN, enableTelemetry: false });
  const makers = {
    // The package's types are those of the CommonJS build of the client.
    original: (id: string, config: Config = {}) => new Original({ id, redis: redis() as never, ...config }),
    facade: (id: string, config: Config = {}) => new Facade({ id, redis: redis(), ...config }),
  };

  describe.each(Object.entries(makers))("%s", (_, make) => {
    it("the example: acquire, the critical section, release", async () => {
      const id = f.name();
      let inside = 0;
      const criticalSection = async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
      };
      async function handleOperation() {
        const lock = make(id);
        if (await lock.acquire()) {
          await criticalSection();
          await lock.release();
          return "done";
        }
        return "not acquired";
      }
      expect(await handleOperation()).toBe("done");
      const outcomes = await Promise.all([handleOperation(), handleOperation()]);
      expect(outcomes).toContain("done");
    });

    it("answers false while another has it, and true once that one has released", async () => {
      const id = f.name();
      const [first, second] = [make(id), make(id)];
      const once = { retry: { attempts: 1, delay: 1 } };
      expect(await first.acquire()).toBe(true);
      expect(await second.acquire(once)).toBe(false);
      expect(await second.release()).toBe(false);
      expect(await first.release()).toBe(true);
      expect(await second.acquire(once)).toBe(true);
      expect(second.id).toBe(id);
    });

    it("of twenty at once that ask once, one acquires", async () => {
      const id = f.name();
      const locks = Array.from({ length: 20 }, () => make(id, { retry: { attempts: 1, delay: 1 } }));
      const acquired = await Promise.all(locks.map((lock) => lock.acquire()));
      expect(acquired.filter(Boolean)).toHaveLength(1);
    });

    it("retries, by the constructor's config or the call's, and takes what became free meanwhile", async () => {
      const id = f.name();
      const holder = make(id);
      await holder.acquire();
      const waiting = [
        make(id, { retry: { attempts: 100, delay: 50 } }).acquire({ lease: 300 }),
        make(id).acquire({ lease: 300, retry: { attempts: 100, delay: 50 } }),
      ];
      expect(await holder.release()).toBe(true);
      expect(await Promise.all(waiting)).toEqual([true, true]);
    });

    it("a lease that has run out is over, and free for others", async () => {
      const id = f.name();
      const lock = make(id, { lease: 150 });
      expect(await lock.getStatus()).toBe("FREE");
      await lock.acquire();
      expect(await lock.getStatus()).toBe("ACQUIRED");
      await vi.waitFor(async () => expect(await lock.getStatus()).toBe("FREE"));
      expect(await lock.extend(1000)).toBe(false);
      expect(await make(id).acquire()).toBe(true);
      expect(await lock.release()).toBe(false);
    });

    it("a lease that is extended outlives its first time", async () => {
      const lock = make(f.name(), { lease: 600 });
      await lock.acquire();
      expect(await lock.extend(2000)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(await lock.getStatus()).toBe("ACQUIRED");
      expect(await lock.release()).toBe(true);
    });
  });
});
