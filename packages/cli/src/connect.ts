import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@holdfast/client";
import { cronCommands } from "@holdfast/client/cron";
import { createLocks, type Locks, restStore, type Store } from "@holdfast/core";
import { type CronCommands, storeCommands } from "@holdfast/cron";
import { EXIT } from "./exit-codes.ts";
import { Failure, usage } from "./failure.ts";
import type { Environment } from "./input/environment.ts";
import { tcpStore } from "./tcp-store.ts";

/** The way to the locks. */
export interface Connection {
  readonly locks: Locks;
  /** The records of jobs, beside their locks. */
  readonly jobs: CronCommands;
  /** Ends the leases of a lock. The lock service keeps the reason. @returns whether there were any. */
  breakLock(name: string, reason: string): Promise<boolean>;
  /** Takes work into account that goes on in the background. */
  keep(work: Promise<unknown>): void;
  /** Ends what work is left in the background, such as giving back what a wait may have got, and closes. */
  close(): Promise<void>;
}

/** One way there is, and its end. */
type Way = Pick<Connection, "locks" | "jobs" | "breakLock"> & { readonly end: () => unknown };

/** How long giving back in the background may keep a command line that has nothing else to do, in milliseconds. */
const SETTLE_MS = 2000;

const SOURCES = `Say where the locks live, in the environment or in a file (--connection):
  UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN   a database over REST
  HOLDFAST_URL and HOLDFAST_API_KEY                     the lock service
  HOLDFAST_REDIS_URL                                    redis:// or rediss://, with the package ioredis installed`;

/**
 * Connects to what the environment names. Over HTTP nothing is sent yet.
 *
 * @throws Failure when it names nothing, or half of something, or a Redis that cannot be reached.
 */
export async function connect(env: Environment): Promise<Connection> {
  const background = new Set<Promise<unknown>>();
  const keep = (work: Promise<unknown>) => {
    const settled = work.then(
      () => {},
      () => {},
    );
    background.add(settled);
    void settled.then(() => background.delete(settled));
  };
  const { end, ...way } = await wayBy(env, keep);
  return {
    ...way,
    keep,
    async close() {
      // That work keeps no process alive by itself; this timer does.
      const limit = new AbortController();
      const ended = Promise.all(background).then(end);
      await Promise.race([ended, sleep(SETTLE_MS, undefined, limit).catch(() => {})]);
      limit.abort();
    },
  };
}

async function wayBy(env: Environment, keep: Connection["keep"]): Promise<Way> {
  const { HOLDFAST_NAMESPACE: namespace, HOLDFAST_REDIS_URL: redis } = env;
  const over = (store: Store, end: () => void): Way => {
    const locks = createLocks({ store, ...(namespace && { namespace }), waitUntil: keep });
    return {
      locks,
      jobs: storeCommands(store, namespace || undefined),
      end,
      breakLock: (name) => locks.forceRelease(name),
    };
  };
  const service = pair(env, "HOLDFAST_URL", "HOLDFAST_API_KEY");
  if (service && namespace) throw usage("The namespace is for a database: the lock service knows its own.");
  if (service) return toService(...service, keep);
  const database = pair(env, "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN");
  if (database) return over(restStore({ url: database[0], token: database[1] }), () => {});
  if (!redis) throw new Failure(EXIT.config, SOURCES);
  const { store, end } = await tcpStore(redis);
  return over(store, end);
}

/** Two variables that belong together. */
function pair(env: Environment, url: string, secret: string): [string, string] | undefined {
  const [there, missing] = env[url] ? [url, secret] : [secret, url];
  if (env[url] && env[secret]) return [env[url], env[secret]];
  if (env[there])
    throw new Failure(EXIT.config, `${there} is set, and ${missing} is not: they belong together.`);
  return undefined;
}

function toService(url: string, token: string, keep: Connection["keep"]): Way {
  const client = createClient({ url, token, waitUntil: keep });
  return {
    locks: client,
    jobs: cronCommands(client),
    end: () => client.close().catch(() => {}),
    // A reason is for the service's history: the locks themselves know of none.
    breakLock: (name, reason) => createClient({ url, token, fetch: withReason(reason) }).forceRelease(name),
  };
}

function withReason(reason: string): typeof globalThis.fetch {
  return (input, init) =>
    fetch(
      input,
      init?.method === "DELETE" ? { ...init, body: JSON.stringify({ ...bodyOf(init), reason }) } : init,
    );
}

function bodyOf({ body }: RequestInit): object {
  return typeof body === "string" ? JSON.parse(body) : {};
}
