import {
  type Clock,
  createLocks,
  type LockEvent,
  type Locks,
  type LocksOptions,
  restStore,
  systemClock,
} from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { type FaultyFetch, faultyFetch, type RecordedRequest } from "@holdfast/testing";
import { engines, type RunningEngine, type TestEngine } from "@holdfast/testing/node";
import { afterAll, afterEach, beforeAll, describe } from "vitest";

/** One real engine behind a gateway with faults, for a whole test file. */
export interface Fixture {
  readonly gateway: Gateway;
  /** A client of its own: another process, as far as the store can tell. */
  client(options?: ClientOptions): Client;
  /** A client whose next calls are one request each: dialect and scripts are known. Nothing is recorded so far. */
  warmClient(options?: ClientOptions): Promise<Client>;
  /** A name that no other test uses. */
  name(): string;
  /** Delivers a request once more, as a network does that repeats and delays. Resolves when it was executed. */
  deliver(request: RecordedRequest): Promise<void>;
  /** Ends the engine and starts it again with nothing in it. */
  restartEngine(): Promise<void>;
}

export type ClientOptions = Partial<LocksOptions> & { fetch?: typeof fetch; timeoutMs?: number };

export interface Client {
  readonly locks: Locks;
  readonly events: LockEvent[];
  /** This client's own way to the gateway: what went over it, and faults that hit nobody else. */
  readonly network: FaultyFetch;
}

export const TOKEN = "test-token";
let names = 0;

/** Runs the same tests on embedded Valkey and on a real redis-server. */
export function onEveryEngine(title: string, tests: (fixture: Fixture) => void): void {
  // `npm test` installs redis-server or says that these checks cannot run; in CI a missing one fails here.
  onEngines(engines(), title, tests);
}

/** Runs tests of what is around the locks, which does not depend on the engine, on embedded Valkey. */
export function onOneEngine(title: string, tests: (fixture: Fixture) => void): void {
  onEngines(engines().slice(0, 1), title, tests);
}

function onEngines(chosen: readonly TestEngine[], title: string, tests: (fixture: Fixture) => void): void {
  for (const { name: engine, start } of chosen) {
    describe(`${title} [${engine}]`, () => {
      let backend: RunningEngine | undefined;
      let gateway: Gateway | undefined;
      beforeAll(async () => {
        backend = await start();
        const { redisUrl } = backend;
        gateway = await startGateway({
          port: 0,
          tokens: TOKEN,
          faults: true,
          adminToken: "test-admin",
          ...(redisUrl && { redisUrl }),
        });
      });
      afterEach(() => gateway?.faults.clear());
      afterAll(async () => {
        await gateway?.close();
        await backend?.stop();
      });
      const running = () => {
        if (!gateway) throw new Error("the gateway is there only while tests run");
        return gateway;
      };
      const client = (options?: ClientOptions) => connect(running(), options);
      const name = () => `name-${++names}`;
      tests({
        get gateway() {
          return running();
        },
        client,
        warmClient: async (options) => warm(client(options), name()),
        name,
        deliver: ({ url, method, body }) => post(url, method, body),
        restartEngine: async () => {
          await backend?.restart?.();
          await running().engine.restart();
        },
      });
    });
  }
}

function connect(
  gateway: Gateway,
  { fetch, timeoutMs = 2000, clock = systemClock, ...options }: ClientOptions = {},
): Client {
  const events: LockEvent[] = [];
  const network = faultyFetch(fetch);
  const store = restStore({ url: gateway.url, token: TOKEN, clock, timeoutMs, fetch: network.fetch });
  const onEvent = (event: LockEvent) => {
    events.push(event);
    options.onEvent?.(event);
  };
  return { locks: createLocks({ store, clock, ...options, onEvent }), events, network };
}

async function warm(client: Client, name: string): Promise<Client> {
  const lease = await client.locks.acquire(name);
  await lease.extend();
  await client.locks.inspect(name);
  await lease.release();
  await client.locks.forceRelease(name);
  client.events.length = 0;
  client.network.clear();
  return client;
}

async function post(url: string, method: string, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  if (response.status !== 200)
    throw new Error(`the repeated request was answered ${response.status}: ${text}`);
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
