import { createLocks, restStore } from "@holdfast/core";
import { type Bench, newMark, newName } from "../bench.ts";
import { quantile, timed } from "../measure.ts";

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** What the SDK adds to the two requests of a pair: the same bytes sent by hand, by turns with it. */
export async function overhead(
  { measurements, network, progress, runs }: Bench,
  rttMs: number,
  pairs: number,
) {
  await network.setRtt(rttMs);
  const { url, token } = network;
  const sent: Sent[] = [];
  const recording: typeof fetch = (input, init = {}) => {
    sent.push({ url: String(input), init });
    return fetch(input, init);
  };

  for (let run = 0; run < runs; run++) {
    progress(`overhead of the SDK, RTT ${rttMs}`);
    const name = newName();
    const locks = createLocks({ store: restStore({ url, token }) });
    const recorded = createLocks({ store: restStore({ url, token, fetch: recording }) });
    const take = async (client: typeof locks) => {
      const lease = await client.acquire(name, { attemptId: newMark() });
      await lease.release();
      return lease.toJSON();
    };
    await take(locks);
    await take(recorded);
    sent.length = 0;
    const { attemptId, owner } = await take(recorded);

    /** The same bytes on the wire; only what must differ from pair to pair is replaced, by as many. */
    const bare = async () => {
      const [attempt, fresh] = [newMark(), newMark().slice(-owner.length)];
      for (const { url, init } of sent) {
        const body = String(init.body).replaceAll(attemptId, attempt).replaceAll(owner, fresh);
        await (await fetch(url, { ...init, body, signal: null })).text();
      }
    };
    const [sdk, hand]: [number[], number[]] = [[], []];
    for (let i = 0; i < pairs; i++) {
      // Whoever comes second finds warmer caches; each is second half of the time.
      if (i % 2) hand.push(await timed(bare));
      sdk.push(await timed(() => take(locks)));
      if (!(i % 2)) hand.push(await timed(bare));
    }
    const subject = { scenario: "overhead of the SDK", rttMs, peer: "holdfast" };
    measurements.add(subject, "pair, SDK p50", "ms", quantile(sdk, 0.5));
    measurements.add(subject, "pair, bare fetch p50", "ms", quantile(hand, 0.5));
    measurements.add(subject, "one bare request p50", "ms", quantile(hand, 0.5) / 2);
    measurements.add(subject, "SDK ÷ bare fetch", "×", quantile(sdk, 0.5) / quantile(hand, 0.5));
  }
}
