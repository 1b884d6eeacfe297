import type { Clock } from "@holdfast/core";
import type { OpenListener } from "../attempts.ts";
import { invalid } from "../check.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The worker's end of the watch over it. */
export interface Report {
  /** Resolves when the page can know of the worker's end. No request may leave before. */
  readonly ready: Promise<void>;
  readonly tell: OpenListener;
  end(): void;
}

/**
 * Tells the page what this client has, before each request that may get something, and holds a Web Lock for as long as the
 * worker lives: browsers release it however a worker ends, which no event tells.
 */
export function reportTo(port: MessagePort, clock: Clock, onLost: () => void): Report {
  if (typeof navigator !== "object" || !navigator.locks)
    throw invalid("releasePort needs navigator.locks, which browsers have in secure contexts (https) only.");
  const say = (message: FromWorker) => port.postMessage(message);
  // Unguessable, so that nothing else of the origin takes it.
  const name = `holdfast:${[...clock.randomBytes(16)].join(".")}`;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data?.lost) onLost();
  };
  const ready = new Promise<void>((resolve, reject) => {
    navigator.locks
      .request(name, () => {
        say({ watch: name });
        resolve();
        return ended;
      })
      .catch(reject);
  });
  ready.catch(() => {});
  return {
    ready,
    tell: (key, open) => say({ key, open }),
    end() {
      say({ end: true });
      end();
    },
  };
}
