import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { redisAnswers } from "./redis-ready.ts";

const START_TIMEOUT_MS = 10_000;
const ASK_AGAIN_MS = 10;

/** What a server process is started with. */
export interface RedisProcessOptions {
  path: string;
  port: number;
  folder: string;
  args: readonly string[];
  /** Called with the process id before the server answers, and with `undefined` when it has ended. */
  onProcess: (pid: number | undefined) => void;
}

/** The process ended before it answered; the port may have been taken by somebody else. */
export class RedisStartError extends Error {
  override name = "RedisStartError";
}

/** Starts `redis-server` and waits until it answers. */
export async function spawnRedis(options: RedisProcessOptions): Promise<ChildProcess> {
  const log = join(options.folder, "redis-server.log");
  const output = openSync(log, "w");
  const child = spawn(options.path, commandLine(options), {
    cwd: options.folder,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  options.onProcess(child.pid);
  child.once("exit", () => options.onProcess(undefined));
  // A forgotten server must not keep the test process alive; the reaper ends it afterwards.
  child.unref();
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (hasEnded(child) || failure) break;
    if (child.pid !== undefined && (await redisAnswers(options.port, child.pid))) return child;
    await sleep(ASK_AGAIN_MS);
  }
  await endProcess(child, "SIGKILL");
  throw new RedisStartError(`redis-server did not start on port ${options.port}\n${tail(log)}`, {
    cause: failure,
  });
}

/** Sends the signal and waits until the process is gone. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  // Unreferenced while it served; now somebody waits for it.
  child.ref();
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function commandLine({ port, folder, args }: RedisProcessOptions): string[] {
  // `save` adds up over the command line, so the default goes where the caller names one.
  const save = args.includes("--save") ? [] : ["--save", ""];
  return ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--daemonize", "no", ...save, ...args];
}

function tail(log: string): string {
  try {
    return readFileSync(log, "utf8").trimEnd().split("\n").slice(-5).join("\n");
  } catch {
    return "";
  }
}
