import { type Clock, HoldfastError } from "@holdfast/core";
import type { Subscribe } from "@holdfast/core/commands";
import type { Attempts } from "./attempts.ts";
import type { Era } from "./commands.ts";
import { readEvents } from "./event-stream.ts";
import type { Transport } from "./transport.ts";

/** Longer than the service's comments are apart: a stream that is silent for so long is dead, whatever lies between. */
const SILENCE_MS = 40_000;

/** Listens to a channel by `POST /v1/wake-ups`. */
export function subscribeOver(
  transport: Transport,
  attempts: Attempts,
  era: () => Era,
  clock: Clock,
  timeoutMs: number,
): Subscribe {
  return (channel, onMessage, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const controller = new AbortController();
      const ends = [signal, era().signal];
      let close = () => {};
      const closed = new Promise<void>((done) => {
        close = done;
      });
      const end = () => {
        clock.clearTimeout(timer);
        for (const one of ends) one.removeEventListener("abort", end);
        controller.abort();
        close();
        reject(new HoldfastError("unavailable", "the lock service does not stream."));
      };
      let timer = clock.setTimeout(end, timeoutMs);
      const heard = (ms: number) => {
        clock.clearTimeout(timer);
        if (!controller.signal.aborted) timer = unkept(clock.setTimeout(end, ms));
      };
      for (const one of ends) one.addEventListener("abort", end, { once: true });

      const onEvent = (type: string, data: string) => {
        if (controller.signal.aborted) return;
        if (type === "open") resolve({ closed });
        if (type === "wake-up") onMessage(meant(attempts, data));
      };
      transport
        .open({ path: "v1/wake-ups", body: { channel } }, controller.signal)
        .then(({ ok, body }) =>
          ok && body ? readEvents(body, onEvent, () => heard(SILENCE_MS), controller.signal) : body?.cancel(),
        )
        .then(end, end);
    });
}

/** What is left of a message: a grant that the end of a page has given back is none any more, so its waiter has to ask. */
function meant(attempts: Attempts, message: string): string {
  const [type, nonce = "", fence] = message.split(" ");
  return type !== "granted" || attempts.woken(nonce, Number(fence)) ? message : "ask";
}

/** Nobody waits for it, so it must not keep a Node process alive. */
function unkept(timer: unknown): unknown {
  (timer as { unref?: () => void } | undefined)?.unref?.();
  return timer;
}
