import type { Open } from "../attempts.ts";
import { caretakerOf } from "../caretaker.ts";
import { invalid } from "../check.ts";
import type { Client } from "../create-client.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/**
 * Frees what a dedicated worker holds when it ends, also by `terminate()`, of which the worker itself hears nothing. Give
 * the port to the worker's own client as `releasePort`; one port for each worker.
 *
 * It lasts until the worker's client is closed. `client` is the page's: it must be allowed to release what the worker takes.
 *
 * @throws HoldfastError `invalid-argument` where there is no `navigator.locks`: in pages that are not secure (https).
 * @example
 * ```ts
 * const worker = new Worker("worker.js", { type: "module" });
 * const locks = watchWorker(client);
 * worker.postMessage({ locks }, [locks]);
 * // In the worker: createClient({ url, getToken, releasePort: message.data.locks })
 * ```
 */
export function watchWorker(client: Client): MessagePort {
  const caretaker = caretakerOf(client);
  if (!caretaker) throw invalid("watchWorker needs a client that createClient gave.");
  if (typeof navigator !== "object" || !navigator.locks)
    throw invalid("watchWorker needs navigator.locks, which browsers have in secure contexts (https) only.");
  const { port1, port2 } = new MessageChannel();
  const open = new Map<string, Open>();
  let gone = false;

  const ward = (persisted: boolean): readonly Open[] => {
    port1.postMessage({ lost: true } satisfies ToWorker);
    // A worker that is frozen with its page goes on one day: only it can stop relying on what it has and then give it back.
    return persisted ? [] : [...open.values()];
  };
  /** Known until it is given back: the page itself may go meanwhile. */
  const giveBack = async () => {
    const entries = [...open];
    await caretaker.send(entries.map(([, one]) => one)).catch(() => {});
    for (const [key, one] of entries) if (open.get(key) === one) open.delete(key);
    if (open.size === 0) caretaker.wards.delete(ward);
  };
  port1.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    caretaker.prepare();
    if ("watch" in data)
      void navigator.locks.request(data.watch, () => {
        gone = true;
        void giveBack();
      });
    if ("end" in data) {
      caretaker.wards.delete(ward);
      port1.close();
    }
    if (!("key" in data)) return;
    if (data.open) open.set(data.key, data.open);
    else open.delete(data.key);
    // Posted before the worker ended, and delivered after.
    if (gone && data.open) void giveBack();
  };
  caretaker.wards.add(ward);
  return port2;
}
