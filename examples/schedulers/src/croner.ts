import { hostname } from "node:os";
import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { report } from "@holdfast-examples/shop/report";
import { Cron } from "croner";

const {
  UPSTASH_REDIS_REST_URL: url = "",
  UPSTASH_REDIS_REST_TOKEN: token = "",
  PAYMENTS_URL = "",
} = process.env;
const cron = createCron({ store: restStore({ url, token }), host: hostname() });

const everySecond = "* * * * * *";

// In each of several processes. Croner tells when it fired, not for when, so that follows from the schedule.
new Cron(everySecond, { catch: (error) => console.error(error) }, async () => {
  await cron.run({ job: "report", schedule: everySecond, overlap: "queue" }, (run) =>
    report(run, PAYMENTS_URL),
  );
});
