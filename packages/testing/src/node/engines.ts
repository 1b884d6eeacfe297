import { startRedisServer } from "./redis-server.ts";
import { redisServerPath } from "./redis-server-path.ts";

/** A real engine that a suite can run on. */
export interface TestEngine {
  /** For the suite's title. */
  readonly name: "embedded Valkey" | "redis-server";
  /** Starts an empty one. */
  start(): Promise<RunningEngine>;
}

/** A running engine; pass it on as the gateway's options. */
export interface RunningEngine {
  /** `redis://…`; without it the gateway runs its embedded Valkey. */
  readonly redisUrl?: string;
  /** Ends the server and starts it again, on the same port. The embedded Valkey is the gateway's own to restart. */
  restart?(): Promise<void>;
  /** Ends what `start` started. */
  stop(): Promise<void>;
}

const embedded: TestEngine = {
  name: "embedded Valkey",
  start: async () => ({ stop: async () => {} }),
};

const redis: TestEngine = {
  name: "redis-server",
  start: async () => {
    const server = await startRedisServer();
    return { redisUrl: server.url, restart: () => server.restart(), stop: () => server.stop() };
  },
};

let warned = false;

/**
 * The real `redis-server` as an engine, or `null` where it is not installed: said aloud, so that nobody takes
 * half a run for a whole one.
 *
 * @throws Error under `CI=true`, where a missing engine is a failure.
 */
export function realRedis(): TestEngine | null {
  if (redisServerPath() !== null) return redis;
  const message = "redis-server is not installed: the tests on a real redis-server";
  if (isCi()) throw new Error(`${message} cannot run`);
  if (!warned) console.warn(`NOT RUN: ${message} (npm test says how to get it)`);
  warned = true;
  return null;
}

/**
 * Every real engine there is on this machine: the embedded Valkey always, `redis-server` where it is installed.
 *
 * @throws Error as {@link realRedis}.
 * @example
 * describe.each(engines())("P1 on $name", (engine) => {
 *   // const running = await engine.start();
 *   // const gateway = await startGateway({ port: 0, ...running });
 * });
 */
export function engines(): readonly TestEngine[] {
  const real = realRedis();
  return real ? [embedded, real] : [embedded];
}

function isCi(): boolean {
  return !["", "0", "false"].includes(process.env.CI ?? "");
}
