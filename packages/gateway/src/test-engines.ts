import { redisServerPath, startRedisServer } from "@holdfast/testing/node";
import type { GatewayOptions } from "./index.ts";

/** An engine a promise has to hold on. */
export interface TestEngine {
  name: string;
  /** Why it cannot be used here; undefined when it can. */
  missing: string | undefined;
  start(): Promise<{ options: GatewayOptions; stop(): Promise<void> }>;
}

/** Embedded Valkey, and a redis-server where the machine has one. */
export const testEngines: readonly TestEngine[] = [
  {
    name: "embedded Valkey",
    missing: undefined,
    start: async () => ({ options: {}, stop: async () => {} }),
  },
  {
    name: "redis-server",
    missing: redisServerPath() === null && process.env.CI !== "true" ? "no redis-server on PATH" : undefined,
    start: async () => {
      const server = await startRedisServer();
      return { options: { redisUrl: server.url }, stop: () => server.stop() };
    },
  },
];
