import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { startReaper } from "./reaper.ts";
import { endProcess, hasEnded, RedisStartError, spawnRedis } from "./redis-process.ts";
import { redisServerPath } from "./redis-server-path.ts";

const PORT_ATTEMPTS = 5;

/** Signals after which a Redis server goes on living. */
const SURVIVED: ReadonlySet<NodeJS.Signals> = new Set(["SIGSTOP", "SIGTSTP", "SIGCONT", "SIGHUP", "SIGPIPE"]);

/** Options of {@link startRedisServer}. */
export interface RedisServerOptions {
  /** Arguments for `redis-server`, after ours and therefore over them, such as `["--appendonly", "yes"]`. */
  args?: readonly string[];
  /** The port on 127.0.0.1. Default: a free one. */
  port?: number;
}

/** A `redis-server` process of one's own. */
export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Process id; another one after {@link RedisServer.restart}. */
  readonly pid: number;
  /**
   * Sends a signal. Resolves when the process is gone, or at once for a signal that leaves it alive, such as
   * `SIGSTOP` (frozen, connections open) and `SIGCONT`.
   *
   * @param signal default `SIGKILL`: a crash.
   */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the server again on the same port and the same data folder; one that still runs is shut down first. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. Any number of calls do no harm. */
  stop(): Promise<void>;
}

/**
 * Starts a real `redis-server` on a free loopback port, with a data folder of its own and nothing saved to disk,
 * and resolves when it answers. It ends with this process at the latest, whatever ends that.
 *
 * @throws Error where `redis-server` is not installed or does not start; the text holds its last log lines.
 * @example
 * await using redis = await startRedisServer({ args: ["--appendonly", "yes"] });
 * await redis.kill(); // as in a crash
 * await redis.restart(); // same port, same data
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const path = redisServerPath();
  if (path === null) throw new Error("redis-server is not installed (not found on PATH)");
  const args = options.args ?? [];
  const folder = await mkdtemp(join(tmpdir(), "holdfast-redis-"));
  const reaper = startReaper(folder);
  const start = (port: number): Promise<ChildProcess> =>
    spawnRedis({ path, port, folder, args, onProcess: reaper.watch });
  const cleanUp = async (): Promise<void> => {
    reaper.dismiss();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };

  let child: ChildProcess;
  let port: number;
  try {
    [child, port] = await startOnPort(options.port, start);
  } catch (error) {
    await cleanUp();
    throw error;
  }
  let stopped: Promise<void> | undefined;

  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    async kill(signal = "SIGKILL") {
      if (SURVIVED.has(signal)) child.kill(signal);
      else await endProcess(child, signal);
    },
    async restart() {
      if (stopped) throw new Error("the server is stopped and its data removed");
      if (!hasEnded(child)) {
        // A frozen process would keep the shutdown waiting for ever.
        child.kill("SIGCONT");
        await endProcess(child, "SIGTERM");
      }
      child = await start(port);
    },
    stop() {
      stopped ??= endProcess(child, "SIGKILL").then(cleanUp);
      return stopped;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return server;
}

/** A port picked by us may be lost to another process before the server has it; one that was asked for may not. */
async function startOnPort(
  wanted: number | undefined,
  start: (port: number) => Promise<ChildProcess>,
): Promise<[ChildProcess, number]> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted ?? (await freePort());
    try {
      return [await start(port), port];
    } catch (error) {
      const canRetry = wanted === undefined && error instanceof RedisStartError && attempt < PORT_ATTEMPTS;
      if (!canRetry) throw error;
    }
  }
}
