import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, inTurns, newMark, newName, reachable } from "../bench.ts";
import type { Held, Peer } from "../peers/peer.ts";

const TTL_MS = 3000;
/** Whoever has nothing by then never will. */
const LIMIT_MS = 6000;

/** The first acquire is executed, its reply never arrives: when is it granted, and is it the same grant? */
export async function lostReply(bench: Bench, rttMs: number, peers: readonly Peer[]): Promise<void> {
  const { measurements, network, runs } = bench;
  await network.setRtt(rttMs);
  await inTurns(runs, reachable(bench, peers), async (peer) => {
    const subject = { scenario: "first reply lost, TTL 3 s", rttMs, peer: peer.name };
    bench.progress(`${subject.scenario}, RTT ${rttMs}: ${peer.name}`);
    const client = await peer.connect(network);
    await (await client.acquire(newName(), TTL_MS, newMark())).release();
    const mark = newMark();
    const lost = peer.tcp ? await loseTcpReply(network) : loseReplyOf(mark);
    try {
      let held: Held | undefined;
      const started = performance.now();
      const granted = client.acquire(newName(), TTL_MS, mark).then((got) => {
        held = got;
        return performance.now() - started;
      });
      // What comes of it after the limit is of no interest, an error of a closed connection included.
      granted.catch(() => {});
      const tookMs = await Promise.race([granted, sleep(LIMIT_MS, Number.POSITIVE_INFINITY)]);
      measurements.add(subject, "granted after", "ms", tookMs);
      if (held?.fence !== undefined && lost.reply !== undefined)
        measurements.add(subject, "same fence", "1 = yes", lost.reply.includes(String(held.fence)) ? 1 : 0);
      await held?.release();
    } finally {
      lost.restore();
      await client.close();
    }
  });
}

interface LostReply {
  /** What the server had answered. */
  reply: string | undefined;
  restore(): void;
}

async function loseTcpReply(network: Bench["network"]): Promise<LostReply> {
  await network.loseNextTcpReply();
  return { reply: undefined, restore: () => {} };
}

/** Takes the answer of the first request with this mark and throws what `fetch` throws for a broken connection. */
function loseReplyOf(mark: string): LostReply {
  const real = globalThis.fetch;
  const lost: LostReply = {
    reply: undefined,
    restore() {
      globalThis.fetch = real;
    },
  };
  globalThis.fetch = async (input, init) => {
    const response = await real(input, init);
    if (lost.reply !== undefined || !String(init?.body).includes(mark)) return response;
    lost.reply = await response.text();
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
  };
  return lost;
}
