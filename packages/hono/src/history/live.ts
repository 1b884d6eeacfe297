import { HoldfastError } from "@holdfast/core";
import type { LockEventBody } from "@holdfast/protocol";
import type { Service } from "../context.ts";
import { Bell, pause } from "./bell.ts";
import { eventsAfter, isForgotten, latestId } from "./entries.ts";

/** A stream of server-sent events over the history, which is read whenever its bell rings. */

export interface Following {
  readonly service: Service;
  readonly key: string;
  readonly wanted: (event: LockEventBody) => boolean;
  /** The id to go on after; otherwise only what happens from now on is told. */
  readonly after?: string | undefined;
  /** Ends the stream: the client has gone. */
  readonly signal?: AbortSignal | undefined;
  /** Told when the database failed the stream, which then ends. */
  readonly onTrouble?: () => void;
  readonly timing?: Partial<Timing>;
}

interface Timing {
  /** How often something is sent, so that the connection is not taken for dead. */
  readonly keepAliveMs: number;
  /** The least time between two looks at the database, however often the bell rings. */
  readonly paceMs: number;
  /** How long the reader may leave what was sent lying. */
  readonly patienceMs: number;
  /** A key that was revoked hears no more after so long: whoever may goes on where the stream ended. */
  readonly lifetimeMs: number;
}

const TIMING: Timing = { keepAliveMs: 15_000, paceMs: 250, patienceMs: 60_000, lifetimeMs: 600_000 };

/** Read at a time. No more than this waits for a slow reader. */
const BATCH = 500;

/**
 * Listens first and looks then, from the last id that was told: so nothing is missed and nothing comes twice, and a bell that was
 * lost costs time only, since it is looked again with each sign of life.
 *
 * Nothing is read before the reader has taken what was sent, so a slow one costs no memory; one that takes nothing for long is left.
 *
 * @throws HoldfastError `unavailable` when the database cannot be listened to.
 */
export async function follow(following: Following): Promise<ReadableStream<Uint8Array>> {
  const { service, key, after, signal } = following;
  const timing = { ...TIMING, ...following.timing };
  const ending = new AbortController();
  const end = () => ending.abort();
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted) end();

  try {
    const bell = new Bell(after !== undefined);
    if (!service.store.subscribe) throw new HoldfastError("unavailable", "the lock store does not stream.");
    const { closed } = await service.store.subscribe(key, () => bell.ring(), ending.signal);
    void closed.then(end);
    const last = after ?? (await latestId(service, key));
    const gap = after !== undefined && (await isForgotten(service, key, after));
    const preface = `retry: 1000\n\n${gap ? "event: gap\ndata: {}\n\n" : ""}`;
    const source = chunks(following, last, bell, timing, ending.signal);
    return streamOf(preface, source, end, timing, following.onTrouble);
  } catch (error) {
    end();
    throw error;
  }
}

/** What is to be sent: events, or a comment if for a while there are none. */
async function* chunks(
  { service, key, wanted }: Following,
  after: string,
  bell: Bell,
  { keepAliveMs, paceMs }: Timing,
  ending: AbortSignal,
): AsyncGenerator<string> {
  let last = after;
  for (;;) {
    if (!(await bell.heard(keepAliveMs, ending))) {
      bell.ring();
      if (!ending.aborted) yield ":\n\n";
    }
    if (ending.aborted) return;
    const lookedAt = performance.now();
    const found = await eventsAfter(service, key, last, BATCH);
    last = found.last;
    const text = found.events.filter(wanted).map(message).join("");
    if (text !== "") yield text;
    if (found.full) bell.ring();
    else await pause(Math.max(0, lookedAt + paceMs - performance.now()), ending);
  }
}

function message(event: LockEventBody): string {
  return `id: ${event.id}\nevent: lock\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Asks for the next chunk when the one before was taken. It ends well also when the database fails: the client comes back. */
function streamOf(
  preface: string,
  chunks: AsyncGenerator<string>,
  end: () => void,
  { patienceMs, lifetimeMs }: Timing,
  onTrouble: (() => void) | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const lifetime = setTimeout(end, lifetimeMs);
  let patience: ReturnType<typeof setTimeout> | undefined;
  const leave = () => {
    clearTimeout(lifetime);
    clearTimeout(patience);
    end();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(preface));
      patience = setTimeout(leave, patienceMs);
    },
    async pull(controller) {
      clearTimeout(patience);
      const { value } = await chunks.next().catch(() => {
        onTrouble?.();
        return { value: undefined };
      });
      if (value === undefined) {
        leave();
        return controller.close();
      }
      controller.enqueue(encoder.encode(value));
      patience = setTimeout(leave, patienceMs);
    },
    cancel: leave,
  });
}
