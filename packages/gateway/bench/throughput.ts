import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { startGateway } from "../src/index.ts";

/**
 * How many simple commands a second pass through the gateway over loopback, and what memory does meanwhile.
 * The clients share this process and its core with the gateway; the engine has the other core.
 *
 *   node --expose-gc bench/throughput.ts [--requests 20000] [--concurrency 32] [--redis redis://…]
 */
const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "20000" },
    concurrency: { type: "string", default: "32" },
    redis: { type: "string" },
  },
});
const requests = Number(values.requests);
const concurrency = Number(values.concurrency);

const gateway = await startGateway({ port: 0, ...(values.redis ? { redisUrl: values.redis } : {}) });
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });

/** Bare HTTP: `fetch` would take more of the shared core than the gateway does. */
const post = (body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: gateway.port,
        method: "POST",
        agent,
        headers: { authorization: "Bearer local-token" },
      },
      (response) => {
        response.resume();
        response.once("end", () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
        );
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });

/** With `node --expose-gc` the heap shows only what is really kept. */
const memory = (): string => {
  global.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return `heap ${(heapUsed / 1_048_576).toFixed(1)} MB, resident ${Math.round(rss / 1_048_576)} MB`;
};

const run = async (count: number): Promise<number[]> => {
  const latencies: number[] = [];
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const started = performance.now();
      await post(left % 2 === 0 ? '["SET","bench","value"]' : '["GET","bench"]');
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return latencies.sort((a, b) => a - b);
};

await run(2_000);
const part = Math.ceil(requests / 4);
console.log(`warm: ${memory()}`);
for (let i = 0; i < 4; i++) {
  const started = performance.now();
  const latencies = await run(part);
  const seconds = (performance.now() - started) / 1000;
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]?.toFixed(2);
  console.log(
    `${part} requests: ${Math.round(part / seconds)}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${memory()}`,
  );
}
agent.destroy();
await gateway.close();
