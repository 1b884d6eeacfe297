import { setTimeout as sleep } from "node:timers/promises";
import { createLocks, type Locks, restStore, type Store } from "@holdfast/core";
import { EXIT } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import type { Environment } from "./input/environment.ts";

/** The way to the locks. */
export interface Connection {
  readonly locks: Locks;
  /** What the locks live in, for those who keep more than locks there. */
  readonly store: Store;
  readonly namespace: string | undefined;
  /** Ends the leases of a lock. Who keeps a history of that keeps the reason. @returns whether there were any. */
  breakLock(name: string, reason: string): Promise<boolean>;
  /** Takes work into account that goes on in the background. */
  keep(work: Promise<unknown>): void;
  /** Ends what work is left in the background, such as giving back what a wait may have got, and closes. */
  close(): Promise<void>;
}

/** How long giving back in the background may keep a command line that has nothing else to do, in milliseconds. */
const SETTLE_MS = 2000;

const SOURCES = `Say where the locks live, in the environment or in a file (--connection):
  UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN   a database over REST
  HOLDFAST_REDIS_URL                                    redis:// or rediss://, with the package ioredis installed`;

/**
 * Connects to what the environment names. Over HTTP nothing is sent yet.
 *
 * @throws Failure when it names nothing, or half of something, or a Redis that cannot be reached.
 */
export async function connect(env: Environment): Promise<Connection> {
  const namespace = env.HOLDFAST_NAMESPACE || undefined;
  const { store, end } = await storeOf(env);
  const background = new Set<Promise<unknown>>();
  const keep = (work: Promise<unknown>) => {
    const settled = work.then(
      () => {},
      () => {},
    );
    background.add(settled);
    void settled.then(() => background.delete(settled));
  };
  const locks = createLocks({ store, ...(namespace && { namespace }), waitUntil: keep });
  return {
    locks,
    store,
    namespace,
    keep,
    breakLock: (name) => locks.forceRelease(name),
    async close() {
      // That work keeps no process alive by itself; this timer does.
      const limit = new AbortController();
      const settled = Promise.all(background).finally(() => limit.abort());
      await Promise.race([settled, sleep(SETTLE_MS, undefined, limit).catch(() => {})]);
      end();
    },
  };
}

async function storeOf(env: Environment): Promise<{ store: Store; end: () => void }> {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, HOLDFAST_REDIS_URL: redis } = env;
  if (url && token) return { store: restStore({ url, token }), end: () => {} };
  if (url || token)
    throw new Failure(
      EXIT.config,
      `UPSTASH_REDIS_REST_${url ? "TOKEN" : "URL"} is not set, the other one is.`,
    );
  if (redis) return overTcp(redis);
  throw new Failure(EXIT.config, SOURCES);
}

/** Loaded on demand: most have no use for a TCP client. */
async function overTcp(url: string): Promise<{ store: Store; end: () => void }> {
  if (!/^rediss?:\/\//.test(url))
    throw new Failure(EXIT.config, "HOLDFAST_REDIS_URL begins with redis:// or rediss://.");
  const [{ ioredisStore }, ioredis] = await Promise.all([
    import("@holdfast/redis/ioredis"),
    import("ioredis").catch(() => {
      throw new Failure(EXIT.config, "HOLDFAST_REDIS_URL needs the package ioredis: npm install ioredis");
    }),
  ]);
  const client = new ioredis.Redis(url, { connectionName: "holdfast-cli", lazyConnect: true });
  let trouble: NodeJS.ErrnoException | undefined;
  client.on("error", (error) => {
    trouble = error;
  });
  try {
    await client.connect();
  } catch {
    client.disconnect();
    const why = trouble?.code ? ` (${trouble.code})` : "";
    throw new Failure(EXIT.unavailable, `the Redis of HOLDFAST_REDIS_URL cannot be reached${why}.`);
  }
  return { store: ioredisStore(client), end: () => client.disconnect() };
}
