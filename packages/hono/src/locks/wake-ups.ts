import { latchNameOf } from "@holdfast/core/commands";
import type { routes } from "@holdfast/protocol";
import { streamSSE } from "hono/streaming";
import { checkName } from "../accounts/rights.ts";
import type { ServiceContext } from "../context.ts";
import type { Input } from "../mount.ts";
import { Problem, unprocessable } from "../problem.ts";
import { connectionOf } from "./connection.ts";

/** What stands between cuts a stream that is silent for long. */
const ALIVE_EVERY_MS = 15_000;
/** A client that takes nothing any more is not listening. */
const MOST_UNSENT = 1000;

/** `POST /v1/wake-ups`: passes on what a channel of the store tells, for as long as both ends listen. */
export function wakeUps(c: ServiceContext, { body: { channel } }: Input<typeof routes.wakeUps>): Response {
  // A waiter's channel is a secret of its own; a latch's is made of its name.
  const latch = latchNameOf(channel);
  if (latch !== undefined) checkName(c, latch);
  else if (!channel.startsWith("wake:"))
    throw unprocessable([{ field: "channel", detail: "must be spelled as the SDK spells it." }]);
  const { subscribe } = connectionOf(c);
  if (!subscribe) throw new Problem("refused", "The lock store has no channels.");
  const { signal } = c.req.raw;
  return streamSSE(c, async (stream) => {
    const end = new AbortController();
    const stop = () => end.abort();
    stream.onAbort(stop);
    signal.addEventListener("abort", stop, { once: true });
    let unsent = 0;
    const send = (message: { event: string; data: string }) => {
      if (++unsent > MOST_UNSENT) stop();
      void stream.writeSSE(message).then(() => unsent--, stop);
    };
    const alive = setInterval(() => void stream.write(": alive\n\n").catch(stop), ALIVE_EVERY_MS);
    try {
      const { closed } = await subscribe(channel, (data) => send({ event: "wake-up", data }), end.signal);
      send({ event: "open", data: "" });
      await closed;
    } catch {
      // The end of the stream says all there is to say: nothing is told any more.
    } finally {
      clearInterval(alive);
      stop();
    }
  });
}
