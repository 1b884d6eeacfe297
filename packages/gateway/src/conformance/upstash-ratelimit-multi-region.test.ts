import { MultiRegionRatelimit } from "@upstash/ratelimit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onEveryEngine } from "./engines.ts";
import { redisClient } from "./redis-client.ts";

const WINDOW = "1 h";
const WINDOW_MS = 3_600_000;
const START = Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS;

onEveryEngine("@upstash/ratelimit in three regions that share one database", (server) => {
  const limiterOf = (limiter: ConstructorParameters<typeof MultiRegionRatelimit>[0]["limiter"]) =>
    new MultiRegionRatelimit({
      redis: [redisClient(server), redisClient(server), redisClient(server)],
      limiter,
      timeout: 0,
    });
  /** Takes so many in a row, each with its synchronization of the regions. */
  const take = async (limiter: MultiRegionRatelimit, count: number, id = "user"): Promise<boolean[]> => {
    const results: boolean[] = [];
    for (let i = 0; i < count; i++) {
      const { success, pending } = await limiter.limit(id);
      await pending;
      results.push(success);
    }
    return results;
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  describe("fixed window", () => {
    it("counts each request once, whichever region answers", async () => {
      const limiter = limiterOf(MultiRegionRatelimit.fixedWindow(3, WINDOW));
      const first = await limiter.limit("user");
      expect(first).toMatchObject({ success: true, limit: 3, remaining: 2, reset: START + WINDOW_MS });
      await first.pending;
      expect(await limiter.getRemaining("user")).toMatchObject({ remaining: 2 });
      expect(await take(limiter, 3)).toEqual([true, true, false]);
      expect(await take(limiter, 1, "other")).toEqual([true]);
      vi.setSystemTime(START + WINDOW_MS + 1);
      expect(await take(limiter, 1)).toEqual([true]);
    });
  });

  describe("sliding window", () => {
    it("lets requests through up to the limit, then none", async () => {
      const limiter = limiterOf(MultiRegionRatelimit.slidingWindow(10, WINDOW));
      // For the last place the three regions see each other's entry, so any of them may answer first with a refusal.
      expect(await take(limiter, 9)).toEqual(Array.from({ length: 9 }, () => true));
      await limiter.limit("user").then(({ pending }) => pending);
      expect(await take(limiter, 2)).toEqual([false, false]);
      expect(await limiter.getRemaining("user")).toMatchObject({ remaining: 0 });
      vi.setSystemTime(START + WINDOW_MS * 3);
      expect(await take(limiter, 1)).toEqual([true]);
    });
  });

  it("resets in all regions", async () => {
    const limiter = limiterOf(MultiRegionRatelimit.fixedWindow(2, WINDOW));
    expect(await take(limiter, 2)).toEqual([true, true]);
    await limiter.resetUsedTokens("user");
    await expect
      .poll(async () => (await limiter.getRemaining("user")).remaining, { timeout: 2_000, interval: 10 })
      .toBe(2);
  });
});
