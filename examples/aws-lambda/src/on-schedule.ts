import { restStore } from "@holdfast/core";
import { createCron, type Outcome } from "@holdfast/cron";
import { report } from "@holdfast-examples/shop/report";

/** The fields that are used of an event that an EventBridge rule sends by its schedule. */
interface ScheduledEvent {
  readonly time: string;
  readonly resources: readonly string[];
}
interface Context {
  getRemainingTimeInMillis(): number;
}

const { UPSTASH_REDIS_REST_URL = "", UPSTASH_REDIS_REST_TOKEN = "", PAYMENTS_URL = "" } = process.env;
const unfinished = new Set<Promise<unknown>>();
const cron = createCron({
  store: restStore({ url: UPSTASH_REDIS_REST_URL, token: UPSTASH_REDIS_REST_TOKEN }),
  host: "lambda",
  waitUntil: (work) => {
    unfinished.add(work);
    work.finally(() => unfinished.delete(work));
  },
});

export async function handler(event: ScheduledEvent, context: Context): Promise<Outcome<unknown>> {
  // arn:aws:events:eu-central-1:123456789012:rule/report
  const job = event.resources[0]?.split("/").pop() ?? "report";
  const lockAtMostForMs = Math.max(10_000, context.getRemainingTimeInMillis() - 2000);
  try {
    // What it throws is recorded and thrown on: Lambda tries an event twice more, with the same time.
    return await cron.run({ job, occurrence: event.time, ttlMs: 10_000, lockAtMostForMs }, (run) =>
      report(run, PAYMENTS_URL),
    );
  } finally {
    // Lambda freezes the process when the handler returns.
    await Promise.all(unfinished);
  }
}
