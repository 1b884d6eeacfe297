import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { startGateway } from "@holdfast/gateway";
import { startReports } from "./reports.ts";
import { startCopies } from "./worker-copies.ts";

/** How a run of the real thing went. */
export interface Findings {
  readonly occurrences: number;
  readonly deliveries: number;
  /** Occurrences without exactly one report, or whose record does not say that they succeeded at the first attempt. */
  readonly wrong: readonly string[];
  /** The most reports that were under way at the same time. */
  readonly mostAtOnce: number;
  /** Deliveries that were answered with an error. */
  readonly errors: number;
}

const TOKEN = "test-token";

/**
 * Two copies of examples/cloudflare-worker in workerd. Every second both are fired for that second, and one of them once more
 * for an earlier one, as a scheduler does that delivers at least once.
 */
export async function everySecond(seconds: number, now: () => number = Date.now): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  const gateway = stack.adopt(await startGateway({ port: 0, tokens: TOKEN }), (it) => it.close());
  const reports = stack.adopt(await startReports(), (it) => it.stop());
  const env = {
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: TOKEN,
    PAYMENTS_URL: reports.url,
  };
  const copies = stack.adopt(await startCopies(2, env), (it) => it.stop());

  const first = Math.ceil(now() / 1000) * 1000;
  const times = Array.from({ length: seconds }, (_, second) => new Date(first + second * 1000));
  const deliveries: Promise<number>[] = [];
  for (const [second, time] of times.entries()) {
    await new Promise((resolve) => setTimeout(resolve, time.getTime() - now()));
    deliveries.push(copies.fire(0, time), copies.fire(1, time));
    const earlier = times[second - 3];
    if (earlier) deliveries.push(copies.fire(second % 2, earlier));
  }
  const statuses = await Promise.all(deliveries);

  const cron = createCron({ store: restStore({ url: gateway.url, token: TOKEN }) });
  const wrong: string[] = [];
  for (const time of times) {
    const id = time.toISOString();
    const record = await cron.look("report", time);
    const count = reports.taken.filter((occurrence) => occurrence === id).length;
    if (count !== 1 || record?.state !== "succeeded" || record.attempt !== 1)
      wrong.push(`${id}: ${count} reports, ${record?.state}, attempt ${record?.attempt}`);
  }
  return {
    occurrences: times.length,
    deliveries: deliveries.length,
    wrong,
    mostAtOnce: reports.mostAtOnce,
    errors: statuses.filter((status) => status !== 200).length,
  };
}
