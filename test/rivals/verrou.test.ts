/** @verrou/core 0.5.2 over ioredis, as published, beside ours on the same redis-server. */
import { Verrou } from "@verrou/core";
import { redisStore } from "@verrou/core/drivers/redis";
import { expect, it, vi } from "vitest";
import { besideRedis } from "../support/beside-redis.ts";

const TTL_MS = 400;
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

besideRedis("beside @verrou/core", (side) => {
  const rival = () =>
    new Verrou({
      default: "redis",
      stores: { redis: { driver: redisStore({ connection: side.redis() as never }) } },
    });

  it("the work takes longer than the TTL: theirs loses its result to the release; ours is renewed, and gives it", async () => {
    const work = async () => {
      await wait(2.5 * TTL_MS);
      return "result";
    };
    await expect(rival().createLock(side.name(), TTL_MS).run(work)).rejects.toThrow(/not acquired by you/);
    expect(await side.locks().request(side.name(), { ttlMs: TTL_MS }, work)).toBe("result");
  });

  it("meanwhile: theirs lets a second one in; ours does not", async () => {
    const name = side.name();
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await wait(2.5 * TTL_MS);
      inside--;
    };
    const verrou = rival();
    await Promise.allSettled([
      verrou.createLock(name, TTL_MS).run(work),
      verrou.createLock(name, TTL_MS).run(work),
    ]);
    expect(most).toBe(2);

    most = 0;
    await Promise.all([1, 2].map(() => side.locks().request(name, { ttlMs: TTL_MS }, work)));
    expect(most).toBe(1);
  });

  it("who owns a lock: theirs can be guessed from Math.random; ours cannot", async () => {
    const guess = vi.spyOn(Math, "random").mockReturnValue(0.5);
    try {
      const [one, two] = [rival().createLock(side.name()), rival().createLock(side.name())];
      expect(one.getOwner()).toBe(two.getOwner());
      const leases = [await side.locks().acquire(side.name()), await side.locks().acquire(side.name())];
      expect(leases[0]?.owner).not.toBe(leases[1]?.owner);
      await Promise.all(leases.map((lease) => lease.release()));
    } finally {
      guess.mockRestore();
    }
  });
});
