import { IpDenyList, Ratelimit } from "@upstash/ratelimit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

const WINDOW = "1 h";
const WINDOW_MS = 3_600_000;
/** A moment at the start of a window; the limiter reads only the client's clock. */
const START = Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS;

onEveryEngine("@upstash/ratelimit", (server) => {
  const limiterOf = (limiter: ConstructorParameters<typeof Ratelimit>[0]["limiter"], options = {}) =>
    new Ratelimit({ redis: redisClient(server), limiter, ephemeralCache: false, timeout: 0, ...options });
  /** Whether each of so many requests in a row was let through. */
  const take = async (limiter: Ratelimit, count: number, id = "user"): Promise<boolean[]> => {
    const results: boolean[] = [];
    for (let i = 0; i < count; i++) results.push((await limiter.limit(id)).success);
    return results;
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  describe("fixed window", () => {
    it("lets so many through in a window, for each identifier", async () => {
      const limiter = limiterOf(Ratelimit.fixedWindow(3, WINDOW));
      expect(await limiter.limit("user")).toMatchObject({
        success: true,
        limit: 3,
        remaining: 2,
        reset: START + WINDOW_MS,
      });
      expect(await take(limiter, 4)).toEqual([true, true, false, false]);
      expect(await take(limiter, 1, "other")).toEqual([true]);
      vi.setSystemTime(START + WINDOW_MS);
      expect(await take(limiter, 1)).toEqual([true]);
    });

    it("its keys expire", async () => {
      await limiterOf(Ratelimit.fixedWindow(3, WINDOW)).limit("user");
      const [key] = (await server.gateway.command("KEYS", "*")) as string[];
      expect(await server.gateway.command("PTTL", key ?? "")).toBeGreaterThan(WINDOW_MS - 60_000);
    });

    it("counts a rate, gives back a negative one, tells what remains, and resets", async () => {
      const limiter = limiterOf(Ratelimit.fixedWindow(10, WINDOW));
      expect(await limiter.limit("user", { rate: 7 })).toMatchObject({ success: true, remaining: 3 });
      expect(await limiter.limit("user", { rate: -2 })).toMatchObject({ success: true, remaining: 5 });
      expect(await limiter.getRemaining("user")).toMatchObject({ remaining: 5, limit: 10 });
      await limiter.resetUsedTokens("user");
      expect(await limiter.getRemaining("user")).toMatchObject({ remaining: 10 });
    });

    it("is exact under concurrency", async () => {
      const limiter = limiterOf(Ratelimit.fixedWindow(10, WINDOW));
      const results = await Promise.all(Array.from({ length: 40 }, () => limiter.limit("user")));
      expect(results.filter(({ success }) => success)).toHaveLength(10);
    });
  });

  describe("sliding window", () => {
    it("counts the share of the window before", async () => {
      const limiter = limiterOf(Ratelimit.slidingWindow(4, WINDOW));
      expect(await take(limiter, 5)).toEqual([true, true, true, true, false]);
      expect(await limiter.getRemaining("user")).toMatchObject({ remaining: 0 });
      vi.setSystemTime(START + WINDOW_MS * 1.5);
      expect(await take(limiter, 3), "half of the four still count").toEqual([true, true, false]);
      vi.setSystemTime(START + WINDOW_MS * 4);
      expect(await take(limiter, 5)).toEqual([true, true, true, true, false]);
      await limiter.resetUsedTokens("user");
      expect(await take(limiter, 1)).toEqual([true]);
    });
  });

  describe("token bucket", () => {
    it("refills at its rate up to its size", async () => {
      const limiter = limiterOf(Ratelimit.tokenBucket(2, WINDOW, 5));
      expect(await limiter.limit("user")).toMatchObject({ success: true, limit: 5, remaining: 4 });
      expect(await take(limiter, 5)).toEqual([true, true, true, true, false]);
      vi.setSystemTime(START + WINDOW_MS);
      expect(await take(limiter, 3)).toEqual([true, true, false]);
      vi.setSystemTime(START + 10 * WINDOW_MS);
      expect(await limiter.limit("user", { rate: 5 })).toMatchObject({ success: true, remaining: 0 });
      expect(await limiter.getRemaining("user")).toMatchObject({ remaining: 0, limit: 5 });
    });
  });

  it("cached fixed window counts on the server behind its cache", async () => {
    const limiter = limiterOf(Ratelimit.cachedFixedWindow(3, WINDOW), { ephemeralCache: new Map() });
    expect(await take(limiter, 4)).toEqual([true, true, true, false]);
    const [key] = (await server.gateway.command("KEYS", "*")) as string[];
    await expect
      .poll(() => server.gateway.command("GET", key ?? ""), { timeout: 2_000, interval: 10 })
      .toBe("3");
  });

  it("dynamic limits replace the limit of the code", async () => {
    const limiter = limiterOf(Ratelimit.fixedWindow(1, WINDOW), { dynamicLimits: true });
    await limiter.setDynamicLimit({ limit: 3 });
    expect(await limiter.getDynamicLimit()).toEqual({ dynamicLimit: 3 });
    expect(await take(limiter, 4)).toEqual([true, true, true, false]);
    await limiter.setDynamicLimit({ limit: false });
    expect(await limiter.limit("other")).toMatchObject({ limit: 1 });
  });

  describe("deny lists", () => {
    const prefix = "@upstash/ratelimit";
    // The package remembers whom it denied in a cache of the whole process.
    const denied = (name: string): string => `${name}-${server.gateway.port}`;

    it("refuse who is on them", async () => {
      const limiter = limiterOf(Ratelimit.fixedWindow(3, WINDOW), { enableProtection: true });
      await IpDenyList.disableIpDenyList(redisClient(server), prefix);
      await server.gateway.command("SADD", `${prefix}:denyList:all`, denied("user"));
      expect(await limiter.limit(denied("user"))).toMatchObject({ success: false, reason: "denyList" });
      expect(await limiter.limit("good-user")).toMatchObject({ success: true });
    });

    it("are looked up together with the age of the list, which starts an update", async () => {
      const limiter = limiterOf(Ratelimit.fixedWindow(3, WINDOW), { enableProtection: true });
      const real = globalThis.fetch;
      const address = denied("3.3.3.3");
      const list = "https://raw.githubusercontent.com/";
      const spy = vi.spyOn(globalThis, "fetch");
      spy.mockImplementation((input, init) =>
        String(input).startsWith(list) ? Promise.resolve(new Response(`${address}\n`)) : real(input, init),
      );
      try {
        const { success, pending } = await limiter.limit("user");
        expect(success).toBe(true);
        await pending;
        expect(await limiter.limit("user", { ip: address })).toMatchObject({
          success: false,
          deniedValue: address,
        });
      } finally {
        spy.mockRestore();
      }
    });

    it("are replaced in one transaction by the list of bad addresses", async () => {
      const redis = redisClient(server);
      const spy = vi.spyOn(globalThis, "fetch");
      // Only the download is ours; nothing of this test leaves the machine.
      spy.mockResolvedValueOnce(new Response("1.1.1.1\n2.2.2.2\n"));
      await server.gateway.command("SADD", `${prefix}:denyList:all`, "added-by-hand");
      try {
        await IpDenyList.updateIpDenyList(redis, prefix, 6, 60_000);
      } finally {
        spy.mockRestore();
      }
      expect((await redis.smembers(`${prefix}:denyList:all`)).sort()).toEqual([
        "1.1.1.1",
        "2.2.2.2",
        "added-by-hand",
      ]);
      await IpDenyList.disableIpDenyList(redis, prefix);
      expect(await redis.smembers(`${prefix}:denyList:all`)).toEqual(["added-by-hand"]);
    });
  });

  it("analytics are written", async () => {
    const limiter = limiterOf(Ratelimit.fixedWindow(3, WINDOW), { analytics: true });
    const { pending } = await limiter.limit("user");
    await pending;
    expect(await server.gateway.command("KEYS", "@upstash/ratelimit:events:*")).toHaveLength(1);
  });

  it("survives SCRIPT FLUSH: the pinned digests are those of the scripts it sends", async () => {
    const limiter = limiterOf(Ratelimit.fixedWindow(10, WINDOW));
    await limiter.limit("user");
    await redisClient(server).scriptFlush();
    expect(await limiter.limit("user")).toMatchObject({ success: true, remaining: 8 });
    await server.gateway.meter.reset();
    expect(await limiter.limit("user")).toMatchObject({ success: true, remaining: 7 });
    expect((await server.gateway.meter.read()).requests, "EVALSHA alone is enough").toBe(1);
  });
});
