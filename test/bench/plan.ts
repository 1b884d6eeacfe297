import type { Bench } from "./bench.ts";
import { holdfast, holdfastPolling } from "./peers/holdfast.ts";
import type { Peer } from "./peers/peer.ts";
import { redisSemaphore } from "./peers/redis-semaphore.ts";
import { redlock } from "./peers/redlock.ts";
import { upstashLock } from "./peers/upstash-lock.ts";
import { mutex, PRIMITIVES } from "./primitives.ts";
import { bareRequest } from "./scenarios/bare-request.ts";
import { type ContentionScenario, contention } from "./scenarios/contention.ts";
import { costAlone, costWithWaiters } from "./scenarios/cost.ts";
import { lostReply } from "./scenarios/lost-reply.ts";
import { overhead } from "./scenarios/overhead.ts";
import { scriptTime } from "./scenarios/script-time.ts";
import { silentServer } from "./scenarios/silent-server.ts";
import { sizes } from "./scenarios/sizes.ts";
import { uncontended } from "./scenarios/uncontended.ts";

const ours: readonly Peer[] = [holdfast, holdfastPolling];
const rivals: readonly Peer[] = [upstashLock(), upstashLock(20), redisSemaphore, redlock];
/** Each in its best known setting, where time is short. */
const fewRivals: readonly Peer[] = [upstashLock(20), redisSemaphore, redlock];
const mutexes: readonly Peer[] = [holdfast, upstashLock(), redisSemaphore, redlock];

const burst20: ContentionScenario = { waiters: 20, holdMs: 20, spacingMs: 0, clients: "one" };
const burst100: ContentionScenario = { waiters: 100, holdMs: 5, spacingMs: 0, clients: "one" };
const spaced = (scenario: ContentionScenario): ContentionScenario => ({ ...scenario, spacingMs: 13 });
const apart = (scenario: ContentionScenario): ContentionScenario => ({ ...scenario, clients: "each" });

/** Everything, at RTT 0 and 20 ms. */
export async function fullPlan(bench: Bench): Promise<void> {
  const few = { ...bench, runs: Math.min(bench.runs, 3) };
  for (const rttMs of [0, 20]) {
    const pairs = rttMs === 0 ? 300 : 40;
    await uncontended(bench, rttMs, mutexes, pairs);
    await overhead(bench, rttMs, pairs);
    await bareRequest(bench, rttMs, 40);
    for (const scenario of [burst20, spaced(burst20), apart(burst20)])
      await contention(bench, rttMs, scenario, [...ours, ...rivals]);
    for (const scenario of [burst100, spaced(burst100)])
      await contention(few, rttMs, scenario, [...ours, ...fewRivals]);
    const faulty = { ...bench, runs: rttMs === 0 ? 1 : few.runs };
    await lostReply(faulty, rttMs, mutexes);
    await silentServer(faulty, rttMs, mutexes);
  }
  await sizes(bench.measurements);
  await costAlone(bench, PRIMITIVES, 50);
  for (const primitive of PRIMITIVES)
    for (const waiters of [20, 1000]) await costWithWaiters(bench, primitive, waiters);
  await costWithWaiters(bench, mutex, 10_000);
  await scriptTime(bench, [10, 1000, 10_000], 200);
}

/** The same scenarios with less of everything, in under two minutes. */
export async function quickPlan(bench: Bench): Promise<void> {
  const once = { ...bench, runs: 1 };
  await uncontended(bench, 0, mutexes, 100);
  await overhead(bench, 0, 100);
  await overhead(bench, 20, 20);
  for (const rttMs of [0, 20]) await bareRequest(once, rttMs, 20);
  await contention(bench, 0, burst20, [...ours, ...fewRivals]);
  await contention(bench, 20, burst20, [...ours, ...fewRivals]);
  await contention(once, 20, spaced(burst20), [...ours, upstashLock(20)]);
  await contention(once, 20, apart(burst20), [holdfast, upstashLock(20)]);
  await contention(once, 20, burst100, [holdfast, redisSemaphore]);
  await contention(once, 20, spaced(burst100), [holdfast]);
  await lostReply(once, 20, mutexes);
  await silentServer(once, 20, mutexes);
  await sizes(bench.measurements);
  await costAlone(once, PRIMITIVES, 20);
  for (const primitive of PRIMITIVES) await costWithWaiters(once, primitive, 20);
  await costWithWaiters(once, mutex, 1000);
  await scriptTime(once, [10, 1000], 50);
}
