import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cast, startCast } from "./cast.ts";
import { Exclusion } from "./exclusion.ts";
import { type JudgedTrend, trends } from "./judgement.ts";
import { look } from "./look.ts";
import type { SoakOptions } from "./options.ts";
import { comeToRest, type Rest } from "./rest.ts";
import { type Sample, total } from "./sample.ts";
import { wrongs } from "./wrongs.ts";

/** Everything a run has found out. */
export interface SoakReport {
  readonly startedAt: string;
  readonly options: SoakOptions;
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  readonly samples: readonly Sample[];
  /** After the last client had come to rest. */
  readonly atRest: Sample;
  readonly trends: readonly JudgedTrend[];
  readonly faultsInjected: number;
  readonly rest: Rest;
  /** What should not be, in words; empty when all was right. */
  readonly wrongs: readonly string[];
}

/** What a run tells while it goes. */
export interface Listener {
  /** Everything is up and the clients have begun. */
  onStart?(cast: Cast): void;
  onSample?(sample: Sample): void;
}

const SAMPLE_MS = 30_000;
/** Short runs get some all the same. */
const LEAST_SAMPLES = 5;
const FAULT_EVERY_MS = 3000;
const COLLECT_MS = 1000;

/** Runs it all. @throws Error when a process ends before its time; the signal's reason. */
export async function soak(
  options: SoakOptions,
  signal: AbortSignal,
  listener: Listener = {},
): Promise<SoakReport> {
  const startedAt = new Date().toISOString();
  const { minutes, drain } = options;
  await using stack = new AsyncDisposableStack();
  const cast = await startCast(options, stack, signal);
  const exclusion = new Exclusion();
  const samples: Sample[] = [];
  const takeSample = async (since: number) => {
    const { sample } = await look(cast, exclusion, since);
    samples.push(sample);
    listener.onSample?.(sample);
  };
  const collect = async () => {
    for (const host of cast.clients.values()) exclusion.add(await host.call("visits"));
  };

  const work = async (): Promise<Rest> => {
    await takeSample(0);
    await cast.gateway.call("disturb", FAULT_EVERY_MS);
    for (const host of cast.clients.values()) await host.call("start");
    listener.onStart?.(cast);
    const began = performance.now();
    const sampleMs = Math.min(SAMPLE_MS, (minutes * 60_000) / LEAST_SAMPLES);
    for (let next = sampleMs; next <= minutes * 60_000; ) {
      await sleep(Math.min(COLLECT_MS, sampleMs), undefined, { signal });
      await collect();
      const sinceMs = performance.now() - began;
      if (sinceMs < next) continue;
      await takeSample(sinceMs / 60_000);
      // On a machine that is too busy a look takes longer than the pause between two.
      while (next <= sinceMs) next += sampleMs;
    }
    const rest = await comeToRest(cast, drain, signal);
    await collect();
    return rest;
  };
  const rest = await Promise.race([work(), cast.failure]);
  const end = await look(cast, exclusion, minutes);
  const found = { trends: trends(samples, end.sample), rest };
  return {
    startedAt,
    options,
    machine: { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version },
    samples,
    atRest: end.sample,
    ...found,
    faultsInjected: await cast.gateway.call("heal"),
    wrongs: wrongs({ ...found, exclusion, told: end.clients, cycles: total(end.sample.cycles) }),
  };
}
