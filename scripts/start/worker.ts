import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { HOST } from "./ports.ts";
import { untilHealthy, untilSilent } from "./pulse.ts";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5000;
const LINES_KEPT = 20;

export interface WorkerOptions {
  readonly port: number;
  /** The gateway that it keeps its locks in. */
  readonly gatewayUrl: string;
  /** For the gateway, and for whoever calls the worker. */
  readonly token: string;
  /** Whether it keeps a history of locks, as the dashboard shows it. Default true. */
  readonly history?: boolean;
  /** Ends the start. */
  readonly signal: AbortSignal;
}

export interface Worker extends AsyncDisposable {
  readonly url: string;
  /** Rejects, with what the worker said last, if it ends or falls silent before it was told to. */
  readonly failure: Promise<never>;
}

/** Starts apps/worker in workerd and waits until it answers. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { port, gatewayUrl, token, history = true, signal } = options;
  const url = `http://${HOST}:${port}`;
  const host = fork(fileURLToPath(new URL("worker-host.ts", import.meta.url)), [String(port)], {
    execArgv: [],
    // A group of its own: Ctrl-C in the terminal then reaches this process alone, which ends all of it in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      UPSTASH_REDIS_REST_URL: gatewayUrl,
      UPSTASH_REDIS_REST_TOKEN: token,
      HOLDFAST_API_KEY: token,
      HOLDFAST_HISTORY: history ? "on" : "off",
      // A line for each request would bury what is said here.
      HOLDFAST_LOGS: "off",
    },
  });
  const output = keepOutput(host);
  const stopping = new AbortController();
  const ended = once(host, "close").then(() => "has ended");
  const stop = async () => {
    stopping.abort();
    output.hide();
    await stopHost(host);
  };
  const failed = async (why: Promise<string>): Promise<never> => {
    const message = `The worker ${await why}.`;
    if (stopping.signal.aborted) return new Promise<never>(() => {});
    throw new Error([message, ...output.last()].join("\n"));
  };

  try {
    await Promise.race([untilHealthy(url, START_TIMEOUT_MS, signal), failed(ended)]);
    output.show();
    // wrangler survives the death of its workerd without serving again.
    const failure = failed(Promise.race([ended, untilSilent(url, stopping.signal)]));
    failure.catch(() => {});
    return { url, failure, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Keeps the last lines for a report; passes on what comes between `show` and `hide`. */
function keepOutput(child: ChildProcess) {
  const kept: string[] = [];
  let shown = false;
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      if (line.trim() === "") return;
      kept.push(line);
      if (kept.length > LINES_KEPT) kept.shift();
      if (shown) process.stderr.write(`worker: ${line}\n`);
    });
  }
  return {
    last: () => kept,
    show: () => {
      shown = true;
    },
    hide: () => {
      shown = false;
    },
  };
}

/** The host ends everything it has started when its channel closes; one that hangs is killed with its group. */
async function stopHost(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null || host.pid === undefined) return;
  const { pid } = host;
  const gone = once(host, "exit");
  const deadline = setTimeout(() => process.kill(-pid, "SIGKILL"), STOP_TIMEOUT_MS);
  if (host.connected) host.disconnect();
  await gone;
  clearTimeout(deadline);
}
