import { Lock } from "@upstash/lock";
import { describe, expect, it } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

const once = { attempts: 1, delay: 1 };

onEveryEngine("@upstash/lock", (server) => {
  const lock = (options: { lease?: number; retry?: typeof once } = {}): Lock =>
    new Lock({ id: "lock", redis: redisClient(server), retry: once, ...options });
  const ttlMs = async (): Promise<number> => Number(await server.gateway.command("PTTL", "lock"));

  it("acquires what is free and writes its UUID with the lease", async () => {
    const mine = lock({ lease: 20_000 });
    expect(mine.id).toBe("lock");
    expect(await mine.getStatus()).toBe("FREE");
    expect(await mine.acquire({ uuid: "my-uuid" })).toBe(true);
    expect(await server.gateway.command("GET", "lock")).toBe("my-uuid");
    expect(await ttlMs()).toBeGreaterThan(15_000);
    expect(await ttlMs()).toBeLessThanOrEqual(20_000);
    expect(await mine.getStatus()).toBe("ACQUIRED");
  });

  it("does not acquire what somebody holds", async () => {
    expect(await lock().acquire()).toBe(true);
    const other = lock();
    expect(await other.acquire()).toBe(false);
    expect(await other.getStatus()).toBe("FREE");
  });

  it("of twenty at once exactly one acquires", async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => lock().acquire()));
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  it("retries as often as it is told and then takes a lock that became free", async () => {
    const holder = lock();
    await holder.acquire();
    await server.gateway.meter.reset();
    expect(await lock().acquire({ retry: { attempts: 4, delay: 1 } })).toBe(false);
    expect((await server.gateway.meter.read()).requests).toBe(4);
    const waiting = lock().acquire({ retry: { attempts: 500, delay: 5 } });
    expect(await holder.release()).toBe(true);
    expect(await waiting).toBe(true);
  });

  it("a lease that has run out is free for others", async () => {
    const first = lock();
    expect(await first.acquire({ lease: 30 })).toBe(true);
    await expect.poll(() => first.getStatus(), { timeout: 2_000, interval: 5 }).toBe("FREE");
    expect(await lock().acquire()).toBe(true);
  });

  describe("release", () => {
    it("frees the lock", async () => {
      const mine = lock();
      await mine.acquire();
      expect(await mine.release()).toBe(true);
      expect(await server.gateway.command("EXISTS", "lock")).toBe(0);
      expect(await mine.release(), "a second time").toBe(false);
      expect(await lock().acquire()).toBe(true);
    });

    it("of a lock that another has taken over does nothing", async () => {
      const mine = lock();
      await mine.acquire();
      await server.gateway.command("SET", "lock", "another-uuid");
      expect(await mine.release()).toBe(false);
      expect(await server.gateway.command("GET", "lock")).toBe("another-uuid");
    });
  });

  describe("extend", () => {
    it("adds whole seconds to the lease", async () => {
      const mine = lock({ lease: 10_000 });
      await mine.acquire();
      expect(await mine.extend(20_000)).toBe(true);
      expect(await ttlMs()).toBeGreaterThan(25_000);
      expect(await ttlMs()).toBeLessThanOrEqual(30_000);
    });

    it("of another's lock or of none does nothing", async () => {
      const mine = lock();
      await mine.acquire();
      await server.gateway.command("SET", "lock", "another-uuid", "PX", 10_000);
      expect(await mine.extend(20_000)).toBe(false);
      expect(await ttlMs()).toBeLessThanOrEqual(10_000);
      await server.gateway.command("DEL", "lock");
      expect(await mine.extend(20_000)).toBe(false);
    });

    it("by a fraction of a second throws the engine's error, as on Upstash", async () => {
      const mine = lock();
      await mine.acquire();
      await expect(mine.extend(1_500)).rejects.toThrow(/ERR value is not an integer or out of range/);
    });
  });
});
