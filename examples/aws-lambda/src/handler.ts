import { createGuard, createLocks, restStore } from "@holdfast/core";
import { answerTo, pay } from "@holdfast-examples/shop";

/** The fields that are used of an HTTP API event, payload format 2.0, and of a Lambda context. */
interface HttpEvent {
  readonly rawPath: string;
  readonly requestContext: { readonly http: { readonly method: string } };
}
interface Context {
  getRemainingTimeInMillis(): number;
}
interface HttpResult {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

const { UPSTASH_REDIS_REST_URL = "", UPSTASH_REDIS_REST_TOKEN = "", PAYMENTS_URL = "" } = process.env;
const store = restStore({ url: UPSTASH_REDIS_REST_URL, token: UPSTASH_REDIS_REST_TOKEN });
const guard = createGuard({ store });

// Lambda freezes the process when the handler returns, so nothing may be left to do then.
const unfinished = new Set<Promise<unknown>>();
const locks = createLocks({
  store,
  waitUntil: (work) => {
    unfinished.add(work);
    work.finally(() => unfinished.delete(work));
  },
});

/** What is kept for work and answer when waiting takes all the time it may. */
const RESERVE_MS = 3000;

export async function handler(event: HttpEvent, context: Context): Promise<HttpResult> {
  const id = /^\/invoices\/(\w+)\/pay$/.exec(event.rawPath)?.[1];
  if (event.requestContext.http.method !== "POST" || !id) return { statusCode: 404, body: "not found" };
  const waitMs = Math.max(0, Math.min(5000, context.getRemainingTimeInMillis() - RESERVE_MS));
  try {
    // A function that runs out of time is killed without a word: a short TTL, renewed, frees the name soon after.
    const response = await locks.request(`invoice:${id}`, { ttlMs: 10_000, waitMs }, (lease) =>
      pay(id, lease, guard, PAYMENTS_URL),
    );
    return await toResult(response);
  } catch (error) {
    return await toResult(answerTo(error));
  } finally {
    await Promise.all(unfinished);
  }
}

async function toResult(response: Response): Promise<HttpResult> {
  const headers = Object.fromEntries(response.headers);
  return { statusCode: response.status, headers, body: await response.text() };
}
