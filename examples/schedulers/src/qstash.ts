import { restStore } from "@holdfast/core";
import { createCron } from "@holdfast/cron";
import { answerFor } from "@holdfast/cron/platforms";
import { report } from "@holdfast-examples/shop/report";
import { Receiver } from "@upstash/qstash";

interface Env {
  readonly UPSTASH_REDIS_REST_URL: string;
  readonly UPSTASH_REDIS_REST_TOKEN: string;
  readonly QSTASH_CURRENT_SIGNING_KEY: string;
  readonly QSTASH_NEXT_SIGNING_KEY: string;
  readonly PAYMENTS_URL: string;
}

/** What a schedule of QStash calls: a handler for Workers, Deno, Bun, Next, or Hono's `c.req.raw`. */
export async function onMessage(request: Request, env: Env): Promise<Response> {
  const receiver = new Receiver({
    currentSigningKey: env.QSTASH_CURRENT_SIGNING_KEY,
    nextSigningKey: env.QSTASH_NEXT_SIGNING_KEY,
  });
  const signature = request.headers.get("upstash-signature") ?? "";
  const body = await request.text();
  const signed = await receiver.verify({ signature, body, url: request.url }).catch(() => false);
  const id = request.headers.get("upstash-message-id");
  if (!signed || !id) return new Response("unauthorized", { status: 401 });

  const store = restStore({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN });
  const outcome = await createCron({ store, host: "qstash" }).run(
    {
      // One job for each schedule. All deliveries of one of its messages have the message's id.
      job: request.headers.get("upstash-schedule-id") ?? "report",
      occurrence: id,
      // QStash tries again, with the same id: an error is its answer.
      throwOnFailure: false,
    },
    (run) => report(run, env.PAYMENTS_URL),
  );
  // Nothing left to try: QStash is told, and keeps the message in its dead letter queue.
  if (outcome.outcome === "gave-up")
    return new Response("gave up", { status: 489, headers: { "upstash-nonretryable-error": "true" } });
  return answerFor(outcome);
}
