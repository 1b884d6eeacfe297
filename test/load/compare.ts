import { randomUUID } from "node:crypto";
import { type Quantiles, quantiles } from "./timings.ts";

/** One kind of request, sent by everybody without a pause. */
export interface Rate extends Quantiles {
  readonly what: string;
  readonly perSecond: number;
}

const AT_ONCE = 20;
const ROUNDS = 4;
const SLICE_MS = 2000;

/**
 * How fast the isolate answers: the bare handler, and the service with and without its history. No faults. In turns, so that
 * whatever else the machine does meets all of them.
 */
export async function compare(url: string, key: string): Promise<Rate[]> {
  const post = async (path: string, body: object) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: HTTP ${response.status} ${text.slice(0, 200)}`);
  };
  const acquire = (prefix: string) => () =>
    post(`${prefix}/v1/locks/${randomUUID()}/acquire`, { ttlMs: 10_000, waitMs: 0 });
  const kinds: Record<string, () => Promise<void>> = {
    "bare handler, one fetch": () => post("/bare", { ttlMs: 10_000 }),
    "acquire, no history": acquire("/unrecorded"),
    "acquire, with history": acquire(""),
  };
  for (const ask of Object.values(kinds)) await slice(ask);
  const taken = new Map(Object.keys(kinds).map((what) => [what, [] as number[]]));
  const lasted = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++)
    for (const [what, ask] of Object.entries(kinds)) {
      const { times, seconds } = await slice(ask);
      taken.get(what)?.push(...times);
      lasted.set(what, (lasted.get(what) ?? 0) + seconds);
    }
  return [...taken].map(([what, times]) => ({
    what,
    ...quantiles(times),
    perSecond: times.length / (lasted.get(what) ?? 1),
  }));
}

async function slice(ask: () => Promise<void>): Promise<{ times: number[]; seconds: number }> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let at = began; at < began + SLICE_MS; at = performance.now()) {
        await ask();
        times.push(performance.now() - at);
      }
    }),
  );
  return { times, seconds: (performance.now() - began) / 1000 };
}
