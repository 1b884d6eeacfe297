import { createLocks, type Locks, type LocksOptions, restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { type RedisServer, redisServerPath, startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { TOKEN } from "./fixture.ts";

/** One redis-server that a rival reaches over TCP, and ours through the gateway. */
export interface Side {
  readonly server: RedisServer;
  readonly gateway: Gateway;
  /** A connection for the rival, closed after the test. */
  redis(): Redis;
  locks(options?: Partial<LocksOptions>): Locks;
  name(): string;
}

let names = 0;

export function besideRedis(title: string, tests: (side: Side) => void): void {
  const missing = redisServerPath() === null && !process.env.CI;
  describe.skipIf(missing)(title, () => {
    let server: RedisServer;
    let gateway: Gateway;
    const connections: Redis[] = [];
    beforeAll(async () => {
      server = await startRedisServer();
      gateway = await startGateway({ port: 0, tokens: TOKEN, redisUrl: server.url, faults: true });
    });
    afterEach(async () => {
      await server.kill("SIGCONT");
      for (const connection of connections.splice(0)) connection.disconnect();
    });
    afterAll(async () => {
      await gateway?.close();
      await server?.stop();
    });
    tests({
      get server() {
        return server;
      },
      get gateway() {
        return gateway;
      },
      redis() {
        const connection = new Redis(server.url);
        // What goes wrong on it is what the test is about.
        connection.on("error", () => {});
        connections.push(connection);
        return connection;
      },
      locks: (options) => createLocks({ store: restStore({ url: gateway.url, token: TOKEN }), ...options }),
      name: () => `rival-${++names}`,
    });
  });
}
