import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { report } from "@holdfast-examples/shop/report";

const env = (name: string) => Deno.env.get(name) ?? "";
const store = restStore({ url: env("UPSTASH_REDIS_REST_URL"), token: env("UPSTASH_REDIS_REST_TOKEN") });
const cron = createCron({ store, host: "deno" });

const schedule = "* * * * *";

// Deno Deploy fires it once for all regions; `deno run` in each process. It tells no time, so that follows from the schedule.
Deno.cron("report", schedule, { backoffSchedule: [1000, 5000] }, async () => {
  await cron.run({ job: "report", schedule }, (run) => report(run, env("PAYMENTS_URL")));
});
