import { setTimeout as sleep } from "node:timers/promises";
import { createLocks, restStore } from "@holdfast/core";
import { type Bench, newName } from "../bench.ts";
import { timed } from "../measure.ts";
import type { Client, Primitive } from "../primitives.ts";

/** As many requests leave at once: a connection for each of 10,000 waiters is more than an operating system gives. */
const AT_ONCE = 50;

/** What taking and giving back costs when nobody else wants it. */
export async function costAlone(
  bench: Bench,
  primitives: readonly Primitive[],
  rounds: number,
): Promise<void> {
  const { measurements, network } = bench;
  await network.setRtt(0);
  for (const { name, alone } of primitives) {
    const subject = { scenario: `cost: ${name}, uncontended`, rttMs: 0, peer: "holdfast" };
    bench.progress(subject.scenario);
    const { client } = counted(bench);
    await alone(client, newName());
    const used = Array.from({ length: rounds }, newName);
    await network.resetMeter();
    for (const name of used) await alone(client, name);
    const { requests, billedCommands } = await network.meter();
    measurements.add(subject, "requests per grant", "requests", requests / rounds);
    measurements.add(subject, "billed per grant", "commands", billedCommands / rounds);
  }
}

/** What a grant costs when so many wait for it, each of whom gives it back at once. */
export async function costWithWaiters(bench: Bench, primitive: Primitive, waiters: number): Promise<void> {
  if (!primitive.contended) return;
  const { measurements, network } = bench;
  const subject = { scenario: `cost: ${primitive.name}, ${waiters} waiters`, rttMs: 0, peer: "holdfast" };
  bench.progress(subject.scenario);
  await network.setRtt(0);
  const { client, quiet } = counted(bench);
  await primitive.alone(client, newName());
  await network.resetMeter();
  const { block, take } = primitive.contended(client, newName());
  const blocker = await block();

  const waiting: Promise<unknown>[] = [];
  const inLane = lanes();
  while (waiting.length < waiters) {
    const batch = Math.min(AT_ONCE, waiters - waiting.length);
    for (let i = 0; i < batch; i++) waiting.push(take().then((taken) => inLane(i, () => taken.release())));
    await quiet();
  }
  const handingMs = await timed(() => Promise.all([blocker.release(), ...waiting]));

  const { requests, billedCommands } = await network.meter();
  measurements.add(subject, "requests per grant", "requests", requests / (waiters + 1));
  measurements.add(subject, "billed per grant", "commands", billedCommands / (waiters + 1));
  measurements.add(subject, "time per grant", "ms", handingMs / waiters);
}

/** Readers are let in all at once, but their thousand releases cannot all travel at once: one at a time per lane. */
function lanes(): (lane: number, work: () => Promise<unknown>) => Promise<unknown> {
  const busy: Promise<unknown>[] = [];
  return (lane, work) => {
    busy[lane] = Promise.resolve(busy[lane]).then(work);
    return busy[lane];
  };
}

/** A client, and a way to wait until each of its requests was answered; the stream of wake-ups is none. */
function counted({ network: { url, token } }: Bench): { client: Client; quiet(): Promise<void> } {
  let open = 0;
  const counting: typeof fetch = async (input, init) => {
    open++;
    try {
      return await fetch(input, init);
    } finally {
      open--;
    }
  };
  const store = restStore({ url, token, fetch: counting });
  const quiet = async () => {
    // An answer may be followed by the next request, such as a place in the queue after a first look.
    for (let still = 0; still < 3; still = open === 0 ? still + 1 : 0) await sleep(1);
  };
  return { client: { locks: createLocks({ store }), store }, quiet };
}
