import { type Clock, createLocks, type LockEvent, type Locks, type LocksOptions, restStore, systemClock } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { redisServerPath, startRedisServer } from "@holdfast/testing/node";
import { afterAll, afterEach, beforeAll, describe } from "vitest";

/** One real engine behind a gateway with faults, for a whole test file. */
export interface Fixture {
  readonly gateway: Gateway;
  /** A client of its own: another process, as far as the store can tell. */
  client(options?: Partial<LocksOptions> & { fetch?: typeof fetch; timeoutMs?: number }): Client;
  /** A name that no other test uses. */
  name(): string;
}

export interface Client {
  readonly locks: Locks;
  readonly events: LockEvent[];
}

export const TOKEN = "test-token";
let names = 0;

const engines: Record<string, () => Promise<{ redisUrl?: string; stop(): Promise<void> }>> = {
  "embedded Valkey": async () => ({ stop: async () => {} }),
  "redis-server": async () => {
    const server = await startRedisServer();
    return { redisUrl: server.url, stop: () => server.stop() };
  },
};

/** Runs the same tests on embedded Valkey and on a real redis-server. */
export function onEveryEngine(title: string, tests: (fixture: Fixture) => void): void {
  for (const [engine, start] of Object.entries(engines)) {
    // `npm test` installs redis-server or says that these checks cannot run; in CI a missing one fails here.
    const missing = engine === "redis-server" && redisServerPath() === null && !process.env["CI"];
    describe.skipIf(missing)(`${title} [${engine}]`, () => {
      let gateway: Gateway | undefined;
      let stop = async (): Promise<void> => {};
      beforeAll(async () => {
        const backend = await start();
        stop = backend.stop;
        const redis = backend.redisUrl ? { redisUrl: backend.redisUrl } : {};
        gateway = await startGateway({ port: 0, tokens: TOKEN, faults: true, adminToken: "test-admin", ...redis });
      });
      afterEach(() => gateway?.faults.clear());
      afterAll(async () => {
        await gateway?.close();
        await stop();
      });
      const running = () => {
        if (!gateway) throw new Error("the gateway is there only while tests run");
        return gateway;
      };
      tests({
        get gateway() {
          return running();
        },
        client: ({ fetch, timeoutMs = 2000, clock = systemClock, ...options } = {}) => {
          const events: LockEvent[] = [];
          const store = restStore({ url: running().url, token: TOKEN, clock, timeoutMs, ...(fetch && { fetch }) });
          const onEvent = (event: LockEvent) => {
            events.push(event);
            options.onEvent?.(event);
          };
          return { locks: createLocks({ store, clock, ...options, onEvent }), events };
        },
        name: () => `name-${++names}`,
      });
    });
  }
}

/** The platform's clocks, which a test can move: a frozen process, a wall clock that was set. */
export function movableClock(): Clock & { freeze(ms: number): void; jumpWall(ms: number): void } {
  let frozen = 0;
  let jumped = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + frozen,
    wall: () => systemClock.wall() + frozen + jumped,
    freeze: (ms) => {
      frozen += ms;
    },
    jumpWall: (ms) => {
      jumped += ms;
    },
  };
}
