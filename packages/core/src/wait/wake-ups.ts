import { backgroundTimer, type Clock } from "../clock.ts";
import type { Subscribe } from "../store/store.ts";

/** What a waiter hears. `lost`: messages may have been missed, or were not for it alone, so ask. */
export type WakeUp =
  | { readonly type: "granted"; readonly fence: number; readonly serverNow: number; readonly leaseMs: number }
  | { readonly type: "first"; readonly freeInMs: number }
  | { readonly type: "lost" };

export interface WakeUps {
  /** Whether the channel is being listened to. */
  readonly open: boolean;
  /** Whether it is worth trying to. */
  readonly supported: boolean;
  /** Opens the channel unless it is open. Never rejects; look at `open` afterwards. */
  ready(): Promise<void>;
  /** Hears what is meant for this nonce, until the returned function is called. */
  listen(nonce: string, hear: (wakeUp: WakeUp) => void): () => void;
}

/** An idle stream is closed after this long; a handler that waits now and then keeps one. */
const IDLE_MS = 2000;
/** A store that will not stream is not asked again before this. */
const RETRY_MS = 30_000;
/** A stream that broke younger than this is not trusted at once. */
const STEADY_MS = 5000;
const FIRST_PAUSE_MS = 250;

/** One stream for all who wait on a channel. */
export function createWakeUps(clock: Clock, subscribe: Subscribe | undefined, channel: string): WakeUps {
  const listeners = new Map<string, (wakeUp: WakeUp) => void>();
  let stream: AbortController | undefined;
  let opening: Promise<void> | undefined;
  let open = false;
  let retryAt = Number.NEGATIVE_INFINITY;
  let pauseMs = 0;
  let idle: unknown;

  function tellAll(): void {
    for (const hear of [...listeners.values()]) hear({ type: "lost" });
  }

  function receive(message: string): void {
    if (message === "ask") tellAll();
    const [type, nonce = "", ...numbers] = message.split(" ");
    const [a = 0, b = 0, c = 0] = numbers.map(Number);
    if (!numbers.every((number) => /^\d{1,16}$/.test(number))) return;
    const hear = listeners.get(nonce);
    // Whoever guards a resource needs a fence that is a number of JavaScript's; 0 is of no grant.
    if (type === "granted" && numbers.length === 3 && Number.isSafeInteger(a) && a > 0)
      hear?.({ type, fence: a, serverNow: b, leaseMs: c });
    if (type === "first" && numbers.length === 1) hear?.({ type, freeInMs: a });
  }

  async function connect(): Promise<void> {
    const controller = new AbortController();
    stream = controller;
    try {
      const subscription = await subscribe?.(channel, receive, controller.signal);
      if (!subscription) return;
      open = true;
      const openedAt = clock.now();
      void subscription.closed.then(() => {
        if (stream === controller) open = false;
        if (controller.signal.aborted) return;
        // A stream that lives is opened again at once; one that keeps breaking, after longer and longer.
        pauseMs =
          clock.now() - openedAt > STEADY_MS ? 0 : Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), RETRY_MS);
        retryAt = clock.now() + pauseMs;
        tellAll();
      });
    } catch {
      // Closed for being idle while it was still opening: that says nothing about the store.
      if (!controller.signal.aborted) retryAt = clock.now() + RETRY_MS;
    }
  }

  function closeWhenIdle(): void {
    clock.clearTimeout(idle);
    if (listeners.size > 0 || !stream) return;
    idle = backgroundTimer(
      clock,
      () => {
        open = false;
        stream?.abort();
        stream = undefined;
      },
      IDLE_MS,
    );
  }

  return {
    get open() {
      return open;
    },
    get supported() {
      return subscribe !== undefined && clock.now() >= retryAt;
    },
    async ready() {
      if (open) return;
      opening ??= connect().finally(() => {
        opening = undefined;
      });
      await opening;
    },
    listen(nonce, hear) {
      listeners.set(nonce, hear);
      clock.clearTimeout(idle);
      return () => {
        listeners.delete(nonce);
        closeWhenIdle();
      };
    },
  };
}
