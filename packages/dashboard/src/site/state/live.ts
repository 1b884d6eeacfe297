import type { LockEventBody } from "@holdfast/protocol";
import { type ReadonlySignal, signal } from "@preact/signals";
import { createParser } from "eventsource-parser";
import { type Api, ApiError } from "../api/client.ts";

/** What happens to locks, as it happens: one stream for the view that is open. */

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** The service sends a comment more often than this. A stream that is silent for longer is dead. */
const SILENCE_MS = 45_000;
/** A tab that is only glanced away from keeps its stream. */
const HIDDEN_MS = 20_000;
/** Edges end long streams. One that ends sooner than this is not well. */
const SHORTEST_MS = 5000;

export type LiveState = "connecting" | "live" | "reconnecting" | "offline" | "paused" | "off";

const state = signal<LiveState>("connecting");
export const liveState: ReadonlySignal<LiveState> = state;

export interface Watching {
  readonly api: Api;
  /** Only events of this lock, or of names that begin so. */
  readonly only: { readonly name?: string; readonly prefix?: string };
  onEvent(event: LockEventBody): void;
  /** The stream stands: what happened before may be looked at now, and nothing later is missed. */
  onOpen(): void;
}

/** @returns What ends it. */
export function watch(watching: Watching): () => void {
  const ended = new AbortController();
  void run(watching, ended.signal);
  return () => ended.abort();
}

async function run(watching: Watching, ended: AbortSignal): Promise<void> {
  let lastEventId = "";
  let failures = 0;
  state.value = "connecting";
  while (!ended.aborted) {
    await untilSeen(ended);
    if (ended.aborted) return;
    const cut = new AbortController();
    const unwatch = cutWhen(cut, ended);
    let askedToWaitMs = 0;
    try {
      const answer = await watching.api.open("/v1/events", watching.only, lastEventId, cut.signal);
      const openedAt = Date.now();
      state.value = "live";
      watching.onOpen();
      await read(answer, cut, watching, (id) => {
        lastEventId = id;
        failures = 0;
      });
      if (Date.now() - openedAt > SHORTEST_MS) {
        failures = 0;
        continue; // The next stream takes up where this one ended.
      }
    } catch (error) {
      if (ended.aborted) return;
      if (error instanceof ApiError) askedToWaitMs = error.retryAfterMs ?? 0;
      if (error instanceof ApiError && (error.status === 403 || error.status === 404)) {
        state.value = "off";
        return;
      }
    } finally {
      unwatch();
      cut.abort();
    }
    state.value = navigator.onLine ? "reconnecting" : "offline";
    const backoffMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    await pause(Math.max(backoffMs, askedToWaitMs), ended);
    failures += 1;
  }
}

async function read(
  answer: Response,
  cut: AbortController,
  { onEvent, onOpen }: Watching,
  heard: (id: string) => void,
): Promise<void> {
  const parser = createParser({
    onEvent: ({ event, data }) => {
      // The service remembers less far back than this stream was away.
      if (event === "gap") onOpen();
      if (event !== "lock") return;
      const happened = JSON.parse(data) as LockEventBody;
      heard(happened.id);
      onEvent(happened);
    },
  });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const silence = setTimeout(() => cut.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

/** Ends a stream with its view, when the network is known to be gone, and when nobody has looked for a while. */
function cutWhen(cut: AbortController, ended: AbortSignal): () => void {
  const over = new AbortController();
  const { signal } = over;
  const now = () => cut.abort();
  let hidden: ReturnType<typeof setTimeout> | undefined;
  ended.addEventListener("abort", now, { signal });
  addEventListener("offline", now, { signal });
  document.addEventListener(
    "visibilitychange",
    () => {
      clearTimeout(hidden);
      if (document.hidden) hidden = setTimeout(now, HIDDEN_MS);
    },
    { signal },
  );
  return () => {
    clearTimeout(hidden);
    over.abort();
  };
}

async function untilSeen(ended: AbortSignal): Promise<void> {
  if (!document.hidden) return;
  state.value = "paused";
  await new Promise<void>((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal: ended });
    ended.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Also over when the network is back. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end, { signal: over.signal });
    ended.addEventListener("abort", end, { signal: over.signal });
  });
}
