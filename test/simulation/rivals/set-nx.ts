import type { SimulatedClient } from "@holdfast/testing/simulation";
import type { Rival, RivalClient } from "./rival.ts";

const TIMEOUT_MS = 2000;
const POLL_MS = 100;
/** What two clocks may differ by. */
const DRIFT = 0.01;
const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`;

/**
 * The recipe of Redis' documentation for one server, followed with care: a random value, `SET NX PX`, a validity
 * counted from before the request less the drift of clocks, and after an attempt whose end is not known the release
 * of what it may have taken. No fences, no queue.
 */
export const setNx: Rival = {
  title: "SET NX PX by the book",
  load: async () => connect,
};

function connect({ url, fetch, clock }: SimulatedClient): RivalClient {
  const sleep = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));

  async function send(...command: string[]): Promise<unknown> {
    const controller = new AbortController();
    const timer = clock.setTimeout(() => controller.abort(new Error("no answer in time")), TIMEOUT_MS);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: "Bearer token" },
        body: JSON.stringify(command),
        signal: controller.signal,
      });
      const { result, error } = (await response.json()) as { result?: unknown; error?: string };
      if (result === undefined) throw new Error(error ?? "not an answer");
      return result;
    } finally {
      clock.clearTimeout(timer);
    }
  }
  const release = async (key: string, value: string) => (await send("EVAL", RELEASE, "1", key, value)) === 1;

  return {
    async acquire(key, { leaseMs, waitMs, mark }) {
      const until = clock.now() + waitMs;
      for (let attempt = 1; ; attempt++) {
        const asked = clock.now();
        // A value of its own, so that a late release of one attempt cannot take away what a later one got.
        const value = `${mark}/${attempt}`;
        try {
          const taken = await send("SET", key, value, "NX", "PX", String(leaseMs));
          const validMs = leaseMs * (1 - DRIFT) - (clock.now() - asked);
          if (taken === "OK" && validMs > 0) return { validMs, release: () => release(key, value) };
          if (taken === "OK") await release(key, value);
        } catch (error) {
          await release(key, value).catch(() => {});
          if (clock.now() >= until) throw error;
        }
        if (clock.now() >= until) return undefined;
        await sleep(POLL_MS);
      }
    },
  };
}
