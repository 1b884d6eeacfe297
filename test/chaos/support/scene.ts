import {
  createGuard,
  createLocks,
  type Guard,
  type LockEvent,
  type Locks,
  type RestStoreOptions,
  restStore,
} from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { type RedisServer, redisServerPath, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { describe } from "vitest";
import { TOKEN } from "../../support/fixture.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** `client → toGateway → gateway → toRedis → redis-server`, all of one test's own and all of it real. */
export interface Scene extends AsyncDisposable {
  readonly server: RedisServer;
  readonly gateway: Gateway;
  /** Between the clients and the gateway. */
  readonly toGateway: TcpProxy;
  /** Between the gateway and redis-server. */
  readonly toRedis: TcpProxy;
  /** What clients are given. */
  readonly url: string;
  /** A connection to redis-server past everything else, back by itself after a restart. */
  readonly redis: Redis;
  /** A client that shares nothing with the others. */
  client(options?: SceneClientOptions): SceneClient;
  /** One that knows the server's dialect, and the server its script: what it asks for next is one request. */
  warmClient(options?: SceneClientOptions): Promise<SceneClient>;
}

/** `direct`: past the proxy, as a client elsewhere whose network is well. */
export type SceneClientOptions = Omit<Partial<RestStoreOptions>, "url" | "token"> & { direct?: boolean };

/** For a client that should not mind how long a server takes to come back. */
export const PATIENT: SceneClientOptions = { retry: { retries: 100, maxDelayMs: 200 } };

export interface SceneClient {
  readonly locks: Locks;
  readonly guard: Guard;
  readonly events: readonly LockEvent[];
}

/** Tests on real processes. A missing `redis-server` is told by `npm test` before they run, and a failure in CI. */
export function onRealProcesses(title: string, tests: () => void): void {
  describe.skipIf(redisServerPath() === null && !process.env.CI)(title, tests);
}

/** @param redisArgs - More arguments for `redis-server`. */
export async function startScene(redisArgs: readonly string[] = []): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRedisServer({ args: redisArgs }));
  const toRedis = stack.use(await startTcpProxy(server.port));
  const gateway = await startGateway({
    port: 0,
    tokens: TOKEN,
    redisUrl: `redis://127.0.0.1:${toRedis.port}`,
  });
  stack.defer(() => gateway.close());
  const toGateway = stack.use(await startTcpProxy(gateway.port));
  const redis = new Redis({ port: server.port, retryStrategy: () => 20, maxRetriesPerRequest: null });
  // The server goes away more than once; what matters is that it is back.
  redis.on("error", () => {});
  stack.defer(() => redis.disconnect());
  const url = `http://127.0.0.1:${toGateway.port}`;
  const client = ({ direct = false, ...options }: SceneClientOptions = {}): SceneClient => {
    const store = restStore({ url: direct ? gateway.url : url, token: TOKEN, ...options });
    const events: LockEvent[] = [];
    const locks = createLocks({ store, onEvent: (event) => void events.push(event) });
    return { locks, guard: createGuard({ store }), events };
  };
  const owned = stack.move();
  return {
    server,
    gateway,
    toGateway,
    toRedis,
    url,
    redis,
    client,
    async warmClient(options) {
      const warm = client(options);
      await (await warm.locks.acquire("warm")).release();
      return warm;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
