import { setTimeout as sleep } from "node:timers/promises";
import { exchange } from "./exchange.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

const READY_TIMEOUT_MS = 30_000;
const ASK_AGAIN_MS = 20;

/** Options of {@link startReplicatedRedis}. */
export interface ReplicatedRedisOptions {
  /** How many replicas the primary has: 1 to 8. Default 2. */
  replicas?: number;
  /** Arguments for each `redis-server`, after ours. */
  args?: readonly string[];
}

/** A primary and its replicas. */
export interface ReplicatedRedis extends AsyncDisposable {
  readonly primary: RedisServer;
  readonly replicas: readonly RedisServer[];
  /** Resolves when the primary counts so many replicas that are in step with it. */
  untilInStep(replicas: number): Promise<void>;
  /** Makes a replica a primary of its own, as a failover does. Whatever it has not been sent by then is lost. */
  promote(replica: RedisServer): Promise<void>;
  /** Ends all servers and removes their data. Any number of calls do no harm. */
  stop(): Promise<void>;
}

/**
 * Starts a real `redis-server` and replicas of it, and resolves when all of them are in step. It ends with this process
 * at the latest.
 *
 * @throws Error as {@link startRedisServer}, or when a replica does not get in step in time.
 * @example
 * await using redis = await startReplicatedRedis({ replicas: 2 });
 * await redis.replicas[0]?.kill("SIGSTOP"); // acknowledges nothing any more
 * await redis.primary.kill();
 * await redis.promote(redis.replicas[1]);
 */
export async function startReplicatedRedis(options: ReplicatedRedisOptions = {}): Promise<ReplicatedRedis> {
  const { replicas: count = 2, args = [] } = options;
  if (!Number.isInteger(count) || count < 1 || count > 8)
    throw new Error(`a primary has 1 to 8 replicas here, not ${count}`);
  // Otherwise it waits 5 s for further replicas to send its data to.
  const primary = await startRedisServer({ args: ["--repl-diskless-sync-delay", "0", ...args] });
  const replicaof = ["--replicaof", `127.0.0.1 ${primary.port}`];
  const started = await Promise.allSettled(
    Array.from({ length: count }, () => startRedisServer({ args: [...replicaof, ...args] })),
  );
  const replicas = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const stop = async () => void (await Promise.all([primary, ...replicas].map((server) => server.stop())));

  async function untilInStep(wanted: number): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while ((await inStep(primary)) < wanted) {
      if (performance.now() > deadline) throw new Error(`${wanted} replicas did not get in step`);
      await sleep(ASK_AGAIN_MS);
    }
  }

  try {
    for (const outcome of started) if (outcome.status === "rejected") throw outcome.reason;
    await untilInStep(count);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    primary,
    replicas,
    untilInStep,
    async promote({ port }) {
      const reply = await exchange(port, "REPLICAOF NO ONE\r\n");
      if (!reply.startsWith("+OK")) throw new Error(`the replica was not promoted: ${reply}`);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** How many replicas have acknowledged what was written so far. */
async function inStep({ port }: RedisServer): Promise<number> {
  const [, count] = /:(\d+)/.exec(await exchange(port, "SET in-step 1 PX 1\r\nWAIT 8 50\r\n")) ?? [];
  return Number(count ?? 0);
}
