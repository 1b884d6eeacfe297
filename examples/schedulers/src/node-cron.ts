import { hostname } from "node:os";
import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { report } from "@holdfast-examples/shop/report";
import { schedule } from "node-cron";

const {
  UPSTASH_REDIS_REST_URL: url = "",
  UPSTASH_REDIS_REST_TOKEN: token = "",
  PAYMENTS_URL = "",
} = process.env;
const cron = createCron({ store: restStore({ url, token }), host: hostname() });

const everySecond = "* * * * * *";

// In each of several processes. `date` is the time for which it fires.
schedule(everySecond, async ({ date }) => {
  await cron.run({ job: "report", occurrence: date, schedule: everySecond, overlap: "queue" }, (run) =>
    report(run, PAYMENTS_URL),
  );
});
