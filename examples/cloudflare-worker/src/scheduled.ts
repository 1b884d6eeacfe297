import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { report } from "@holdfast-examples/shop/report";

export interface Env {
  readonly UPSTASH_REDIS_REST_URL: string;
  readonly UPSTASH_REDIS_REST_TOKEN: string;
  readonly PAYMENTS_URL: string;
}

/** Delivered at least once. The second delivery finds the run under way, or done. */
export async function scheduled(
  { scheduledTime, cron: schedule }: ScheduledController,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  const store = restStore({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN });
  const cron = createCron({ store, host: "worker", waitUntil: (work) => ctx.waitUntil(work) });
  // queue: each time has its report, one after the other. 15 minutes is what a Worker's schedule may take.
  const terms = { overlap: "queue", lockAtMostForMs: 900_000, backoff: { firstMs: 1000 } } as const;
  const occurrence = new Date(scheduledTime);
  // What it throws shows in the Worker's logs as a failed event; nobody tries again, so it does by itself.
  await cron.run({ job: "report", occurrence, schedule, ...terms }, (run) => report(run, env.PAYMENTS_URL));
}
