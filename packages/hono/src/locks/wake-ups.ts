import { latchNameOf } from "@holdfast/core/commands";
import type { routes } from "@holdfast/protocol";
import { streamSSE } from "hono/streaming";
import { checkName } from "../accounts/rights.ts";
import type { ServiceContext } from "../context.ts";
import type { Input } from "../mount.ts";
import { Problem } from "../problem.ts";
import { connectionOf } from "./connection.ts";

/** What stands between cuts a stream that is silent for long. */
const ALIVE_EVERY_MS = 15_000;
/** A client that takes nothing any more is not listening. */
const MOST_UNSENT = 1000;

/** `POST /v1/wake-ups`: passes on what a channel of the store tells, for as long as both ends listen. */
export async function wakeUps(
  c: ServiceContext,
  { body: { channel } }: Input<typeof routes.wakeUps>,
): Promise<Response> {
  // A waiter's channel is a secret of its own; a latch's is made of its name.
  const latch = latchNameOf(channel);
  if (latch !== undefined) checkName(c, latch);
  const { subscribe } = connectionOf(c);
  if (!subscribe)
    throw new Problem(
      "invalid-argument",
      "These locks live on several nodes, which have no channels: send the same request again when retryInMs has passed.",
    );
  const end = new AbortController();
  const stop = () => end.abort();
  c.req.raw.signal.addEventListener("abort", stop, { once: true });
  // What is told before the stream has begun is told with it.
  const early: string[] = [];
  let tell = (message: string): void => void early.push(message);
  const { closed } = await subscribe(channel, (message) => tell(message), end.signal);
  return streamSSE(c, async (stream) => {
    stream.onAbort(stop);
    let unsent = 0;
    const send = (event: string, data: string) => {
      if (++unsent > MOST_UNSENT) stop();
      void stream.writeSSE({ event, data }).then(() => unsent--, stop);
    };
    tell = (message) => send("wake-up", message);
    send("open", "");
    for (const message of early.splice(0)) tell(message);
    const alive = setInterval(() => void stream.write(": alive\n\n").catch(stop), ALIVE_EVERY_MS);
    await closed;
    clearInterval(alive);
  });
}
