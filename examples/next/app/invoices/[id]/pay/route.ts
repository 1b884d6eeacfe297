import { createGuard, createLocks, restStore } from "@holdfast/core";
import { answerTo, pay } from "@holdfast-examples/shop";
import { after } from "next/server";

export const dynamic = "force-dynamic";
/** Seconds a function may take on Vercel: longer than the wait and the work together. */
export const maxDuration = 60;

interface Route {
  readonly params: Promise<{ readonly id: string }>;
}

export async function POST(request: Request, { params }: Route): Promise<Response> {
  const { id } = await params;
  const store = restStore({
    url: process.env.UPSTASH_REDIS_REST_URL ?? "",
    token: process.env.UPSTASH_REDIS_REST_TOKEN ?? "",
  });
  // `after` is Next's waitUntil: on Vercel the function stays alive for what it is given.
  const locks = createLocks({ store, waitUntil: (work) => after(work) });
  const guard = createGuard({ store });
  try {
    return await locks.request(
      `invoice:${id}`,
      { ttlMs: 15_000, waitMs: 5000, signal: request.signal },
      (lease) => pay(id, lease, guard, process.env.PAYMENTS_URL ?? ""),
    );
  } catch (error) {
    return answerTo(error);
  }
}
