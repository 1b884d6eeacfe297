import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { quantile, timed } from "../measure.ts";

/** As long as the holds of the contention scenario: processes that slept meanwhile are slower to answer. */
const IDLE_MS = 20;

/** What one round trip through this gateway takes on this machine, and so the least that a hand-over can take. */
export async function bareRequest(bench: Bench, rttMs: number, requests: number): Promise<void> {
  const { measurements, network, progress, runs } = bench;
  await network.setRtt(rttMs);
  const { url, token } = network;
  const body = JSON.stringify(["SET", "bench:bare", "value"]);
  const request = async () => {
    const headers = { authorization: `Bearer ${token}` };
    await (await fetch(url, { method: "POST", headers, body })).text();
  };
  for (let run = 0; run < runs; run++) {
    progress(`one bare request, RTT ${rttMs}`);
    const times: number[] = [];
    for (let i = 0; i < requests; i++) {
      await sleep(IDLE_MS);
      times.push(await timed(request));
    }
    const subject = { scenario: "one bare request, 20 ms after the last", rttMs, peer: "fetch" };
    measurements.add(subject, "latency p50", "ms", quantile(times, 0.5));
  }
}
