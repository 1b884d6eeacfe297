import { createLocks, type EventListener, type Locks } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { Redis, type RedisConfigNodejs } from "@upstash/redis";
import { Redis as OldestRedis } from "upstash-redis-oldest";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type UpstashRedis, type UpstashStoreOptions, upstashStore } from "./index.ts";

export type ClientOptions = Omit<RedisConfigNodejs, "url" | "token">;

/** The client as people set it up, and the oldest that works. */
export const CLIENTS: [string, ClientOptions & { oldest?: boolean }][] = [
  ["defaults", {}],
  ["enableAutoPipelining: false", { enableAutoPipelining: false }],
  ["responseEncoding: false", { responseEncoding: false }],
  ["automaticDeserialization: false", { automaticDeserialization: false }],
  ["retry: false", { retry: false }],
  ["retry: { retries: 0 }", { retry: { retries: 0 } }],
  ["readYourWrites: false", { readYourWrites: false }],
  ["@upstash/redis 1.34.5", { oldest: true }],
];

export interface TestGateway {
  readonly gateway: Gateway;
  redis(options?: ClientOptions & { oldest?: boolean }): UpstashRedis & Redis;
  /** Locks of a client of its own. */
  locks(
    client?: ClientOptions & { oldest?: boolean },
    store?: UpstashStoreOptions,
    onEvent?: EventListener,
  ): Locks;
}

/** A gateway with faults for the tests of one file. */
export function testGateway(): TestGateway {
  let running: Gateway | undefined;
  beforeAll(async () => {
    running = await startGateway({ port: 0, tokens: "secret-token", faults: true });
  });
  afterEach(() => running?.faults.clear());
  afterAll(() => running?.close());

  const gateway = (): Gateway => {
    if (!running) throw new Error("the gateway is there only while tests run");
    return running;
  };
  const redis = ({ oldest = false, ...options }: ClientOptions & { oldest?: boolean } = {}) => {
    const config = { url: gateway().url, token: "secret-token", enableTelemetry: false, ...options };
    return oldest ? (new OldestRedis(config as never) as unknown as Redis) : new Redis(config);
  };
  return {
    get gateway() {
      return gateway();
    },
    redis,
    locks: (client, store, onEvent) =>
      createLocks({ store: upstashStore(redis(client), store), ...(onEvent && { onEvent }) }),
  };
}
