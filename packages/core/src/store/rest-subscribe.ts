import type { Clock } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import { readEventStream } from "./event-stream.ts";
import { post } from "./exchange.ts";
import type { Subscription } from "./store.ts";

/** What is at this path behind the database's URL. */
export function under(url: string, path: string): string {
  return new URL(path, url.endsWith("/") ? url : `${url}/`).href;
}

/** `POST /subscribe/<channel>`: one stream, whose lines are `subscribe,<channel>,1` and `message,<channel>,<payload>`. */
export function restSubscribe(
  clock: Clock,
  fetch: typeof globalThis.fetch,
  url: string,
  token: string,
  timeoutMs: number,
  channel: string,
  onMessage: (message: string) => void,
  signal: AbortSignal,
): Promise<Subscription> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const controller = new AbortController();
    let close = () => {};
    const closed = new Promise<void>((done) => {
      close = done;
    });
    const end = () => {
      clock.clearTimeout(timer);
      signal.removeEventListener("abort", end);
      controller.abort();
      close();
      reject(new HoldfastError("unavailable", "the lock store does not stream."));
    };
    const timer = clock.setTimeout(end, timeoutMs);
    signal.addEventListener("abort", end, { once: true });

    const prefix = `message,${channel},`;
    const onData = (data: string) => {
      if (data.startsWith(prefix)) onMessage(data.slice(prefix.length));
      else if (data.startsWith(`subscribe,${channel},`)) {
        clock.clearTimeout(timer);
        resolve({ closed });
      }
    };
    Promise.resolve()
      .then(() =>
        fetch(
          under(url, `subscribe/${channel}`),
          post(
            {
              authorization: `Bearer ${token}`,
              accept: "text/event-stream",
              "content-type": "application/json",
            },
            "[]",
            controller.signal,
          ),
        ),
      )
      .then(({ ok, body }) => (ok && body ? readEventStream(body, onData, controller.signal) : undefined))
      .then(end, end);
  });
}
