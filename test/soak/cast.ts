import { startRedisServer } from "@holdfast/testing/node";
import { freePort } from "../../packages/testing/src/node/free-port.ts";
import { startWorker } from "../../scripts/start/worker.ts";
import type { ClientsCalls } from "./clients-host.ts";
import type { GatewayCalls } from "./gateway-host.ts";
import { silentProcesses } from "./machine.ts";
import type { SoakOptions } from "./options.ts";
import { type Remote, startRemote } from "./remote.ts";
import { findInspector } from "./worker-heap.ts";

export const TOKEN = "soak-token";
/** Clients of the SDK are spread over so many processes. */
const SDK_PROCESSES = 4;
const HTTP_SHARE = 1 / 5;

/** Every process of a run. */
export interface Cast {
  readonly gateway: Remote<GatewayCalls>;
  readonly gatewayUrl: string;
  /** By name, such as `sdk-1` and `http`. */
  readonly clients: ReadonlyMap<string, Remote<ClientsCalls>>;
  /** Process ids of all that take part, by name. */
  readonly pids: Readonly<Record<string, readonly number[]>>;
  /** Of the worker's isolate, where it can be found. */
  readonly inspector: string | undefined;
  /** Rejects when one of them ends. */
  readonly failure: Promise<never>;
}

/** Starts gateway, worker and clients, which then wait; `stack` ends them. */
export async function startCast(
  { clients, rate, redisServer }: Pick<SoakOptions, "clients" | "rate" | "redisServer">,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Cast> {
  const redis = redisServer ? stack.use(await startRedisServer()) : undefined;
  const gateway = stack.use(
    await startRemote<GatewayCalls>(new URL("./gateway-host.ts", import.meta.url), "the gateway's process"),
  );
  const gatewayUrl = await gateway.call("open", { token: TOKEN, ...(redis && { redisUrl: redis.url }) });
  signal.throwIfAborted();
  // Everything here is to end soon after its last use; a history is kept for days.
  const port = await freePort();
  const worker = stack.use(await startWorker({ port, gatewayUrl, token: TOKEN, history: false, signal }));

  const hosts = new Map<string, Remote<ClientsCalls>>();
  for (const { name, via, count } of processes(clients)) {
    const host = stack.use(
      await startRemote<ClientsCalls>(
        new URL("./clients-host.ts", import.meta.url),
        `the process of ${name}`,
      ),
    );
    hosts.set(name, host);
    await host.call("open", {
      process: name,
      via,
      clients: count,
      cyclesPerSecond: (rate * count) / clients,
      url: via === "SDK" ? gatewayUrl : worker.url,
      token: TOKEN,
    });
    signal.throwIfAborted();
  }

  const failure = Promise.race([
    gateway.failure,
    worker.failure,
    ...[...hosts.values()].map((host) => host.failure),
  ]);
  failure.catch(() => {});
  const pids: Record<string, number[]> = {
    ...Object.fromEntries([...hosts].map(([name, { pid }]) => [name, [pid]])),
    gateway: [gateway.pid],
    ...silentProcesses(gateway.pid),
    ...(redis && { engine: [redis.pid] }),
  };
  return {
    gateway,
    gatewayUrl,
    clients: hosts,
    pids,
    inspector: await findInspector(pids.workerd?.[0] ?? 0),
    failure,
  };
}

function processes(clients: number): { name: string; via: "SDK" | "HTTP"; count: number }[] {
  const http = Math.max(1, Math.round(clients * HTTP_SHARE));
  const sdk = clients - http;
  return [
    ...Array.from({ length: SDK_PROCESSES }, (_, i) => ({
      name: `sdk-${i + 1}`,
      via: "SDK" as const,
      count: Math.floor((sdk + i) / SDK_PROCESSES),
    })),
    { name: "http", via: "HTTP" as const, count: http },
  ];
}
