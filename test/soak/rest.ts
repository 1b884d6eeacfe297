import { setTimeout as sleep } from "node:timers/promises";
import type { Cast } from "./cast.ts";
import type { Idleness } from "./clients-host.ts";
import type { Lifetimes } from "./lifetimes.ts";

/** How everything came to rest when nobody wanted a lock any more. */
export interface Rest {
  /** The kinds of the cycles that had not ended a minute later. */
  readonly unfinished: readonly string[];
  /** What keeps each process of clients busy; empty for one that came to rest. */
  readonly busy: Readonly<Record<string, Idleness>>;
  /** How long it took until nothing did. */
  readonly restedAfterMs: number;
  /** Event streams that the engine still serves. */
  readonly streams: number;
  readonly lifetimes: Lifetimes;
  /** Keys left after the last TTL; undefined when nobody waited for that. */
  readonly keysLeft: number | undefined;
  readonly emptyAfterMs: number | undefined;
}

/** Every cycle of these clients gives up, or has its wait's end, long before. */
const CYCLES_END_MS = 60_000;
/** The longest lease here, its claims and retries, and the sockets that `fetch` keeps. */
const REST_MS = 45_000;
/**
 * The longest that anything here may be remembered: a lease of 10 s that was waited for, whose queue is kept for 120 s,
 * and both by a record that outlives them by 60 s each.
 */
export const LONGEST_TTL_MS = 250_000;
/** What an engine takes to notice that a key has ended. */
const NOTICED_MS = 10_000;
const ASK_AGAIN_MS = 250;

/** Stops all clients and waits until nothing is left of them. */
export async function comeToRest(
  { clients, gateway }: Cast,
  drain: boolean,
  signal: AbortSignal,
): Promise<Rest> {
  const hosts = [...clients];
  await gateway.call("heal");
  const unfinished = await Promise.all(hosts.map(([, host]) => host.call("stop", CYCLES_END_MS)));
  const stopped = performance.now();

  const look = async () => {
    const idleness = await Promise.all(
      hosts.map(async ([name, host]) => [name, await host.call("idleness")] as const),
    );
    const { streams } = await gateway.call("engine");
    return { busy: Object.fromEntries(idleness.filter(([, idle]) => isBusy(idle))), streams };
  };
  const left = await until(
    look,
    ({ busy, streams }) => Object.keys(busy).length + streams === 0,
    REST_MS,
    signal,
  );
  const restedAfterMs = performance.now() - stopped;

  const lifetimes = await gateway.call("lifetimes", LONGEST_TTL_MS);
  const rest = { unfinished: unfinished.flat(), ...left, restedAfterMs, lifetimes };
  // Whatever never ends is not worth waiting for.
  if (!drain || lifetimes.endless.length > 0)
    return { ...rest, keysLeft: undefined, emptyAfterMs: undefined };
  const { keys } = await until(
    () => gateway.call("engine"),
    ({ keys }) => keys === 0,
    lifetimes.longestMs + NOTICED_MS,
    signal,
  );
  return { ...rest, keysLeft: keys, emptyAfterMs: performance.now() - stopped };
}

function isBusy({ timers, resources }: Idleness): boolean {
  return timers > 0 || Object.keys(resources).length > 0;
}

/** Looks until `good`, at most for `patienceMs`; answers the last look. */
async function until<T>(
  look: () => Promise<T>,
  good: (seen: T) => boolean,
  patienceMs: number,
  signal: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (good(seen) || performance.now() >= deadline) return seen;
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
}
