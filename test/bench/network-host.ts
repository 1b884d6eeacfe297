import { startGateway } from "@holdfast/gateway";
import type { MeterReading, NetworkCalls } from "./network.ts";
import { startDelayProxy } from "./proxy.ts";

// The network between the clients and the engine, in a process of its own: on the clients' event loop its work
// would show up in their times.

const redisUrl = process.env.BENCH_REDIS_URL;
const gateway = await startGateway({ port: 0, faults: true, ...(redisUrl && { redisUrl }) });
const proxy = redisUrl ? await startDelayProxy(Number(new URL(redisUrl).port)) : undefined;

let oneWayMs = 0;
let arrivals: string[] = [];

const calls: { [K in keyof NetworkCalls]: NetworkCalls[K] } = {
  async setRtt(rttMs) {
    oneWayMs = rttMs / 2;
    await calls.heal();
  },
  async heal() {
    gateway.faults.clear();
    gateway.faults.latency({ requestMs: oneWayMs, replyMs: oneWayMs });
    if (!proxy) return;
    proxy.silent = false;
    proxy.delayMs = oneWayMs;
  },
  async silence() {
    gateway.faults.inject({ action: "hang", times: Number.POSITIVE_INFINITY });
    if (proxy) proxy.silent = true;
  },
  async loseNextTcpReply() {
    proxy?.loseNextReply();
  },
  async watchArrivals(pattern) {
    const mark = new RegExp(pattern);
    arrivals = [];
    const seen = new Set<string>();
    gateway.faults.inject({
      action: "delay-request",
      times: Number.POSITIVE_INFINITY,
      // Only looks: it never matches, so nothing is delayed.
      when({ commands }) {
        for (const argument of commands.flat()) {
          const found = mark.exec(argument)?.[0];
          if (found !== undefined && !seen.has(found)) arrivals.push(found);
          if (found !== undefined) seen.add(found);
        }
        return false;
      },
    });
  },
  arrivals: async () => arrivals,
  meter: (): Promise<MeterReading> => gateway.meter.read(),
  resetMeter: () => gateway.meter.reset(),
  command: (...args) => gateway.command(...args),
};

process.on("message", async ({ id, name, args }: { id: number; name: keyof NetworkCalls; args: never[] }) => {
  try {
    const result = await (calls[name] as (...args: never[]) => Promise<unknown>)(...args);
    process.send?.({ id, result });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
// The engine of the gateway and whatever is still connected must not outlive the run, however it ended.
process.on("disconnect", () => void gateway.close().finally(() => process.exit()));
process.send?.({ ready: { url: gateway.url, tcpPort: proxy?.port } });
