import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { startRedisServer } from "@holdfast/testing/node";

export type EngineName = "redis-server" | "embedded";

/** What the gateway has counted. */
export interface MeterReading {
  readonly requests: number;
  readonly billedCommands: number;
}

/** What the process of the network can be asked for. */
export interface NetworkCalls {
  /** Delays everything by half of this each way, in milliseconds. */
  setRtt(rttMs: number): Promise<void>;
  /** Ends silence and watching. */
  heal(): Promise<void>;
  /** From now on no request is executed and none is answered. */
  silence(): Promise<void>;
  loseNextTcpReply(): Promise<void>;
  /** Notes the first time that each text of this pattern arrives in a request. */
  watchArrivals(pattern: string): Promise<void>;
  arrivals(): Promise<string[]>;
  meter(): Promise<MeterReading>;
  resetMeter(): Promise<void>;
  /** One command straight to the engine. */
  command(...args: (string | number)[]): Promise<unknown>;
}

/** A gateway, and beside it a TCP way to the same engine, with the same delay. */
export interface Network extends NetworkCalls, AsyncDisposable {
  readonly engine: EngineName;
  readonly url: string;
  readonly token: string;
  /** Where Redis itself is reached; the embedded engine has no such door. */
  readonly tcpPort: number | undefined;
  /** The engine's own port, past the delay. */
  readonly enginePort: number | undefined;
}

export async function startNetwork(engine: EngineName): Promise<Network> {
  const redis = engine === "redis-server" ? await startRedisServer() : undefined;
  const child = fork(new URL("./network-host.ts", import.meta.url), {
    env: { ...process.env, ...(redis && { BENCH_REDIS_URL: redis.url }) },
    execArgv: [],
  });
  const ended = once(child, "exit");
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
    await redis?.stop();
  };
  const ready = await Promise.race([
    once(child, "message").then(([message]) => message.ready as { url: string; tcpPort?: number }),
    ended.then(() => undefined),
  ]);
  if (!ready) {
    await redis?.stop();
    throw new Error("the gateway of the benchmark did not start; its reason is above");
  }

  const call = caller(child);
  return {
    engine,
    url: ready.url,
    token: "local-token",
    tcpPort: ready.tcpPort,
    enginePort: redis?.port,
    setRtt: (rttMs) => call("setRtt", rttMs),
    heal: () => call("heal"),
    silence: () => call("silence"),
    loseNextTcpReply: () => call("loseNextTcpReply"),
    watchArrivals: (pattern) => call("watchArrivals", pattern),
    arrivals: () => call("arrivals"),
    meter: () => call("meter"),
    resetMeter: () => call("resetMeter"),
    command: (...args) => call("command", ...args),
    [Symbol.asyncDispose]: stop,
  };
}

type Call = <K extends keyof NetworkCalls>(
  name: K,
  ...args: Parameters<NetworkCalls[K]>
) => ReturnType<NetworkCalls[K]>;

function caller(child: ChildProcess): Call {
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on("message", ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
    if (error === undefined) open.get(id)?.resolve(result);
    else open.get(id)?.reject(new Error(error));
    open.delete(id);
  });
  child.on("exit", () => {
    for (const { reject } of open.values()) reject(new Error("the gateway of the benchmark has ended"));
  });
  const call = (name: string, ...args: unknown[]): Promise<unknown> => {
    const id = ++last;
    const answer = Promise.withResolvers<unknown>();
    open.set(id, answer);
    child.send({ id, name, args });
    return answer.promise;
  };
  return call as Call;
}
