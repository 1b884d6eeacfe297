import { setTimeout as sleep } from "node:timers/promises";
import { createLocks, type Locks, restStore } from "@holdfast/core";
import { type Bench, newName } from "../bench.ts";
import { timed } from "../measure.ts";
import type { Primitive } from "../primitives.ts";

/** As many requests leave at once: a connection for each of 10,000 waiters is more than an operating system gives. */
const AT_ONCE = 50;

/** What taking and giving back costs when nobody else wants it. */
export async function costUncontended(
  bench: Bench,
  primitives: readonly Primitive[],
  pairs: number,
): Promise<void> {
  const { measurements, network, runs } = bench;
  await network.setRtt(0);
  for (const primitive of primitives) {
    bench.progress(`cost: ${primitive.name}, uncontended`);
    const { locks } = client(bench);
    await (await primitive.take(locks, newName())).release();
    for (let run = 0; run < runs; run++) {
      const name = newName();
      await network.resetMeter();
      for (let i = 0; i < pairs; i++) await (await primitive.take(locks, name)).release();
      const { requests, billedCommands } = await network.meter();
      const subject = { scenario: `cost: ${primitive.name}, uncontended`, rttMs: 0, peer: "holdfast" };
      measurements.add(subject, "requests per grant", "requests", requests / pairs);
      measurements.add(subject, "billed per grant", "commands", billedCommands / pairs);
    }
  }
}

/** What a grant costs when so many wait for it, each of whom gives it back at once. */
export async function costWithWaiters(bench: Bench, primitive: Primitive, waiters: number): Promise<void> {
  const { measurements, network } = bench;
  const subject = { scenario: `cost: ${primitive.name}, ${waiters} waiters`, rttMs: 0, peer: "holdfast" };
  bench.progress(subject.scenario);
  await network.setRtt(0);
  const { locks, quiet } = client(bench);
  const name = newName();
  await (await primitive.take(locks, newName())).release();
  await network.resetMeter();
  const blocker = await (primitive.block ?? primitive.take)(locks, name);

  const waiting: Promise<void>[] = [];
  while (waiting.length < waiters) {
    const batch = Math.min(AT_ONCE, waiters - waiting.length);
    for (let i = 0; i < batch; i++)
      waiting.push(primitive.take(locks, name).then(async (taken) => void (await taken.release())));
    await quiet();
  }
  const handingMs = await timed(() => Promise.all([blocker.release(), ...waiting]));

  const { requests, billedCommands } = await network.meter();
  measurements.add(subject, "requests per grant", "requests", requests / (waiters + 1));
  measurements.add(subject, "billed per grant", "commands", billedCommands / (waiters + 1));
  measurements.add(subject, "time per grant", "ms", handingMs / waiters);
}

/** A client, and a way to wait until each of its requests was answered; the stream of wake-ups is none. */
function client({ network: { url, token } }: Bench): { locks: Locks; quiet(): Promise<void> } {
  let open = 0;
  const counting: typeof fetch = async (input, init) => {
    open++;
    try {
      return await fetch(input, init);
    } finally {
      open--;
    }
  };
  const locks = createLocks({ store: restStore({ url, token, fetch: counting }) });
  const quiet = async () => {
    // An answer may be followed by the next request, such as a place in the queue after a first look.
    for (let still = 0; still < 3; still = open === 0 ? still + 1 : 0) await sleep(1);
  };
  return { locks, quiet };
}
