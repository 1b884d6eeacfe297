import type { LeaseBody } from "@holdfast/protocol";
import { leaveTo, type ServiceContext } from "../context.ts";

/** Nobody reads it; in logs it tells a client that left from a failure. The number is nginx'. */
const CLIENT_GONE = 499;
/** Nobody hangs up on a request this young. */
const YOUNG_MS = 1000;
/** Until a runtime has noticed that nobody takes the first bytes. workerd on the same machine needs about 10 ms. */
const NOTICED_MS = 40;

/**
 * Hands a lease over to a client that can find it nowhere else: one that has hung up is not coming back for it. Some runtimes tell
 * only when they fail to deliver, so after a long wait the last byte of the answer waits for that: half an answer is none.
 *
 * @param giveBack - Releases the lease.
 */
export function deliver(c: ServiceContext, lease: LeaseBody, giveBack: () => Promise<unknown>): Response {
  const { signal } = c.req.raw;
  if (signal.aborted) {
    leaveTo(c)(giveBack());
    return clientGone();
  }
  const answer = { lease };
  if (performance.now() - c.var.arrivedAt < YOUNG_MS) return c.json(answer, 200);
  const bytes = new TextEncoder().encode(JSON.stringify(answer));
  return c.body(lastByteLater(bytes, signal, leaveTo(c), giveBack), 200, {
    "content-type": "application/json",
  });
}

export function clientGone(): Response {
  return new Response(null, { status: CLIENT_GONE });
}

function lastByteLater(
  bytes: Uint8Array,
  signal: AbortSignal,
  leave: (work: Promise<unknown>) => void,
  giveBack: () => Promise<unknown>,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.subarray(0, -1));
      const finish = async () => {
        await settled(AbortSignal.any([signal, gone.signal]));
        if (signal.aborted || gone.signal.aborted) {
          await giveBack();
          return;
        }
        controller.enqueue(bytes.subarray(-1));
        controller.close();
      };
      leave(finish());
    },
    cancel: () => gone.abort(),
  });
}

/** Resolves when the signal aborts, or enough time has passed for it. */
function settled(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, NOTICED_MS);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}
