import type { MultiRegionRatelimitConfig } from "@upstash/ratelimit";
import { Redis, type RedisConfigNodejs } from "@upstash/redis";
import { type Fixture, TOKEN } from "./engines.ts";

/** The client's declaration for CommonJS, the one @upstash/lock and @upstash/ratelimit are typed against. */
export type PublishedRedis = MultiRegionRatelimitConfig["redis"][number];

/** The published client as its users make it; only what a test is about differs from its defaults. */
export const redisClient = (server: Fixture, config: Partial<RedisConfigNodejs> = {}): PublishedRedis => {
  const redis: unknown = new Redis({ url: server.gateway.url, token: TOKEN, ...config });
  // One class at run time, declared once per module system.
  return redis as PublishedRedis;
};
