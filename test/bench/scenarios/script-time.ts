import { createLocks } from "@holdfast/core";
import { type Bench, newName } from "../bench.ts";
import { quantile } from "../measure.ts";
import { type ScriptBench, startScriptBench } from "../script-bench.ts";
import { type Kind, LONG, queueUp, type WaitersOnServer, waitersOnServer } from "../waiters-on-server.ts";

const KINDS: Record<string, Kind> = {
  mutex: (locks, name) => ({
    acquire: (options) => locks.acquire(name, options),
    tryAcquire: (options) => locks.tryAcquire(name, options),
  }),
  write: (locks, name) => locks.readWrite(name).write,
  semaphore: (locks, name) => locks.semaphore(name, { permits: 1 }),
};

/** In turns, so that the queue keeps its length: who queues is followed by one who leaves or gets the name. */
const SCRIPTS: readonly [title: string, step: (waiters: WaitersOnServer) => Promise<unknown>][] = [
  ["acquire: queue", (waiters) => waiters.queue()],
  ["release: leave the queue", (waiters) => waiters.leave()],
  ["acquire: look in", (waiters) => waiters.lookIn()],
  ["acquire: try", (waiters) => waiters.tryAcquire()],
  ["extend", (waiters) => waiters.extend()],
  ["release: hand over", (waiters) => waiters.handOver()],
  ["acquire: learn of the grant", (waiters) => waiters.take()],
  ["acquire: queue", (waiters) => waiters.queue()],
  ["inspect", (waiters) => waiters.inspect()],
];

/** Microseconds that the server spends in each script, by the length of the queue. Needs a redis-server. */
export async function scriptTime(bench: Bench, queues: readonly number[], rounds: number): Promise<void> {
  const { enginePort } = bench.network;
  if (enginePort === undefined) return;
  await using scripts = await startScriptBench(enginePort);
  for (const [kind, verbs] of Object.entries(KINDS))
    for (const length of queues) {
      bench.progress(`script time: ${kind}, ${length} waiters`);
      await measureScripts(bench, scripts, `script time: ${kind}, ${length} waiters`, verbs, length, rounds);
    }
  for (const length of queues) await measureReaders(bench, scripts, length);
}

/** The script that has most to do: it lets in as many of them as one script may. */
async function measureReaders({ measurements }: Bench, scripts: ScriptBench, length: number): Promise<void> {
  const locks = createLocks({ store: scripts.store });
  const { read, write } = locks.readWrite(newName());
  const writer = await write.acquire(LONG);
  await queueUp(scripts, read, length);
  const took = await scripts.microsOf(() => writer.release());
  const subject = {
    scenario: `script time: readers behind a writer, ${length} waiters`,
    rttMs: 0,
    peer: "holdfast",
  };
  measurements.add(subject, "release of the writer", "µs", took);
}

async function measureScripts(
  { measurements }: Bench,
  scripts: ScriptBench,
  scenario: string,
  kind: Kind,
  length: number,
  rounds: number,
): Promise<void> {
  const waiters = await waitersOnServer(scripts, kind, length);
  const micros = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++)
    for (const [title, step] of SCRIPTS) {
      const took = await scripts.microsOf(() => step(waiters));
      micros.set(title, [...(micros.get(title) ?? []), took]);
    }
  for (const [title, values] of micros)
    measurements.add({ scenario, rttMs: 0, peer: "holdfast" }, title, "µs p50", quantile(values, 0.5));
}
