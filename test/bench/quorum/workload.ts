import { setTimeout as sleep } from "node:timers/promises";
import { timed } from "../measure.ts";
import { type Held, type QuorumClient, WAIT_MS } from "./peers/peer.ts";

/** What came of a load that lasted a while. */
export interface Outcome {
  /** How often somebody asked for the lock. */
  readonly asked: number;
  /** How long those took who got and released it, in milliseconds, without their stay. */
  readonly tookMs: readonly number[];
  /** How often somebody was let in while another one was inside. */
  readonly overlaps: number;
  /** To all nodes, for everybody. */
  readonly requests: number;
  readonly seconds: number;
}

/** Far above every stay here, so that no lease runs out. */
const TTL_MS = 10_000;
const STAY_MS = 5;
/** The most that somebody does elsewhere before the next turn; without it, who has just released would be first again. */
const ELSEWHERE_MS = 100;
/** Whoever has no answer by then is taken to have none. */
const PATIENCE_MS = WAIT_MS + 200;

/** Everybody takes a name and releases it, over and over: each a name of its own if there is only one of them. */
export async function contend(
  clients: readonly QuorumClient[],
  nameOf: () => string,
  forMs: number,
): Promise<Outcome> {
  const alone = clients.length === 1;
  const name = nameOf();
  const sent = () => clients.reduce((sum, client) => sum + client.sent(), 0);
  const sentBefore = sent();
  const began = performance.now();
  const tookMs: number[] = [];
  let asked = 0;
  let inside = 0;
  let overlaps = 0;

  async function turn(client: QuorumClient): Promise<void> {
    asked++;
    const started = performance.now();
    const held = await inTime(client.acquire(alone ? nameOf() : name, TTL_MS));
    if (!held) return;
    const acquired = performance.now() - started;
    if (inside++ > 0) overlaps++;
    if (!alone) await sleep(STAY_MS);
    inside--;
    let released = false;
    const releasing = await timed(async () => {
      released = await held.release();
    });
    if (released) tookMs.push(acquired + releasing);
  }

  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - began < forMs) {
        await turn(client);
        if (!alone) await sleep(Math.random() * ELSEWHERE_MS);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return { asked, tookMs, overlaps, requests: sent() - sentBefore, seconds };
}

/** A grant that comes later than anybody would wait is given back when it comes. */
async function inTime(acquiring: Promise<Held | null>): Promise<Held | null> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, null, { signal: timer.signal }).catch(() => null);
  const held = await Promise.race([acquiring, late]);
  timer.abort();
  // Whether or not it still gets it: by now its clients may be closed.
  if (!held) acquiring.then((held) => held?.release()).catch(() => {});
  return held;
}
