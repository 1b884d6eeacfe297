import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { answerFor, carriesSecret } from "@holdfast/cron/platforms";
import { report } from "@holdfast-examples/shop/report";
import { after } from "next/server";

export const dynamic = "force-dynamic";
export const maxDuration = 300;

/** As in vercel.json, whose cron jobs do not say for which time they are. */
const schedule = "0 3 * * *";

export async function GET(request: Request): Promise<Response> {
  const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token = "", CRON_SECRET } = process.env;
  if (!(await carriesSecret(request, CRON_SECRET))) return new Response("unauthorized", { status: 401 });
  const store = restStore({ url, token });
  const cron = createCron({ store, host: "vercel", waitUntil: (work) => after(work) });
  const outcome = await cron.run(
    {
      job: "report",
      schedule,
      lockAtMostForMs: maxDuration * 1000,
      // Vercel does not try again.
      backoff: { firstMs: 1000 },
      throwOnFailure: false,
      onMissed: (missed) => console.warn("no report for", missed),
    },
    (run) => report(run, process.env.PAYMENTS_URL ?? ""),
  );
  return answerFor(outcome);
}
