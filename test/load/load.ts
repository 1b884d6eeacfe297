import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { checkHistory } from "@holdfast/testing/history";
import { systemFigures } from "../soak/process-table.ts";
import { startRemote } from "../soak/remote.ts";
import { type Point, type Trend, trend } from "../soak/trend.ts";
import { workerHeap } from "../soak/worker-heap.ts";
import { type Crowd, crowd } from "./clients.ts";
import { compare, type Rate } from "./compare.ts";
import type { GatewayCalls } from "./gateway-host.ts";
import type { LoadOptions } from "./options.ts";
import type { Quantiles } from "./timings.ts";
import { type LoadedWorker, startLoadedWorker } from "./worker.ts";

/** Everything that a run found out. */
export interface LoadReport {
  readonly options: LoadOptions;
  readonly startedAt: string;
  readonly machine: string;
  readonly rates: readonly Rate[];
  readonly requestsPerSecond: number;
  readonly verbs: Readonly<Record<string, Quantiles>>;
  readonly answers: Readonly<Record<string, number>>;
  readonly grants: number;
  readonly databaseRequests: number;
  readonly faultsInjected: number;
  readonly memory: Memory;
  /** What should not be, in words; empty when all was right. */
  readonly wrongs: readonly string[];
}

/** Of workerd. Bytes; the heap after a collection, undefined where its inspector cannot be found. */
export interface Memory {
  readonly heapBefore: number | undefined;
  readonly heapAtRest: number | undefined;
  /** Over the second half. */
  readonly heapTrend: Trend | undefined;
  readonly rssBefore: number;
  readonly rssAtRest: number;
}

const TOKEN = "load-token-0123456789abcdef";
const LOOK_MS = 5000;
const MB = 1_048_576;
/** What the isolate may keep for good of everything it has seen: code that was compiled, caches that are bounded. */
const KEPT = 3 * MB;
const CHECKS = ["well-formed", "exclusion", "fences"];

/** @param restMs - By then everything is done that requests leave behind: records, clean-up, streams that nobody listens to. */
export async function load(options: LoadOptions, signal: AbortSignal, restMs = 3000): Promise<LoadReport> {
  const startedAt = new Date().toISOString();
  await using stack = new AsyncDisposableStack();
  const gateway = stack.use(
    await startRemote<GatewayCalls>(new URL("./gateway-host.ts", import.meta.url), "the gateway's process"),
  );
  const worker = stack.use(await startLoadedWorker(await gateway.call("open", TOKEN), TOKEN));
  const rates = options.compare ? await compare(worker.url, TOKEN) : [];

  // Code is compiled, connections are open: what is kept from here on is of no use.
  await crowd(worker.url, TOKEN, { ...options, pauseMs: 0 }, AbortSignal.timeout(1000));
  await sleep(restMs, undefined, { signal });
  const before = await memoryOf(worker);
  const requestsBefore = await gateway.call("requests");
  await gateway.call("disturb", options.faults);
  const began = performance.now();
  const watching = new AbortController();
  const points = watch(worker, began, watching.signal);
  const seen = await crowd(
    worker.url,
    TOKEN,
    options,
    AbortSignal.any([signal, AbortSignal.timeout(options.seconds * 1000)]),
  );
  const lasted = (performance.now() - began) / 1000;
  watching.abort();
  signal.throwIfAborted();
  const databaseRequests = (await gateway.call("requests")) - requestsBefore;
  await gateway.call("disturb", 0);
  await sleep(restMs, undefined, { signal });
  const atRest = await memoryOf(worker);

  const memory: Memory = {
    heapBefore: before.heap,
    heapAtRest: atRest.heap,
    heapTrend: trendOf(await points, lasted),
    rssBefore: before.rss,
    rssAtRest: atRest.rss,
  };
  return {
    options,
    startedAt,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}, load average ${loadavg()[0]?.toFixed(1)}`,
    rates,
    requestsPerSecond: seen.timings.count / lasted,
    verbs: seen.timings.summary(),
    answers: Object.fromEntries([...seen.answers].sort()),
    grants: seen.events.filter(({ type }) => type === "granted").length,
    databaseRequests,
    faultsInjected: await gateway.call("injected"),
    memory,
    wrongs: [...seen.wrongs, ...overlaps(seen), ...growth(memory)],
  };
}

function overlaps({ events }: Crowd): string[] {
  return checkHistory(events, { checks: CHECKS })
    .slice(0, 5)
    .map(({ promise, text }) => `${promise}: ${text}`);
}

function growth({ heapBefore, heapAtRest, heapTrend }: Memory): string[] {
  if (heapBefore === undefined || heapAtRest === undefined) return [];
  const wrongs: string[] = [];
  if (heapAtRest > heapBefore + KEPT)
    wrongs.push(`memory: ${((heapAtRest - heapBefore) / MB).toFixed(1)} MB of heap are kept at rest`);
  // What goes back at rest belonged to requests that were under way.
  else if (heapTrend?.verdict === "growing" && heapAtRest > heapBefore + KEPT / 2)
    wrongs.push("memory: the heap grew during the second half, and did not come back");
  return wrongs;
}

async function memoryOf({ url, pid, inspector }: LoadedWorker) {
  const rss = systemFigures([pid])?.rss ?? 0;
  if (inspector === undefined) return { rss, heap: undefined };
  // An isolate that has nothing to do does not collect, and never answers.
  const busy = setInterval(
    () =>
      void fetch(`${url}/v1/me`).then(
        (answer) => answer.text(),
        () => {},
      ),
    50,
  );
  const heap = await workerHeap(inspector);
  clearInterval(busy);
  return { rss, heap };
}

async function watch(worker: LoadedWorker, began: number, signal: AbortSignal): Promise<Point[]> {
  const points: Point[] = [];
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const { heap } = await memoryOf(worker);
    if (heap !== undefined) points.push({ hours: (performance.now() - began) / 3_600_000, value: heap });
  }
  return points;
}

function trendOf(points: readonly Point[], seconds: number): Trend | undefined {
  const late = points.filter(({ hours }) => hours * 3600 >= seconds / 2);
  // A megabyte in a minute: less cannot be told from noise in so short a time.
  return late.length < 3 ? undefined : trend(late, 60 * MB);
}
