import type { Ends } from "./ends.ts";

/** The event streams of one client. */
export interface Streams {
  open(channel: string, signal: AbortSignal | null): Promise<Response>;
  /** Breaks those that are open: the client sees an error. */
  cut(): void;
  /** Leaves those that are open, and carries nothing on them any more. */
  stall(): void;
}

interface Link {
  reachable(): boolean;
  oneWayMs(): number;
}

const LONGEST_LATE_MS = 3000;
/** When a server notices that the other end is gone. */
const NOTICED_AFTER_MS = 30;

export function createStreams(ends: Ends, link: Link): Streams {
  const { client, link: linkName, machine, server, time, random, injector } = ends;
  const streams = new Set<{ cut(): void; stall(): void }>();
  const encoder = new TextEncoder();
  let wakeUps = 0;
  let unheardEnds = 0;

  function open(channel: string, signal: AbortSignal | null): Promise<Response> {
    return new Promise((resolve, reject) => {
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      let stalled = false;
      let leave: (() => void) | undefined;
      /** Bytes of one connection never overtake one another. */
      let lastArrival = 0;
      const later = (afterMs: number, what: () => void) => {
        lastArrival = Math.max(lastArrival, time.nowMs + afterMs);
        time.at(lastArrival, () => {
          if (link.reachable() && !stalled) machine.deliver(what);
        });
      };
      const end = (error: unknown) => {
        signal?.removeEventListener("abort", abort);
        streams.delete(stream);
        drop();
        reject(error);
        try {
          controller?.error(error);
        } catch {}
        controller = undefined;
      };
      const abort = () => end(signal?.reason);
      const drop = () => void time.at(time.nowMs + NOTICED_AFTER_MS, () => leave?.());
      const stream = {
        cut: () => {
          drop();
          // Whoever cannot be reached does not learn that the connection is gone.
          if (!link.reachable() && injector.inject("stall-stream", `${linkName}#${++unheardEnds}`, client))
            stalled = true;
          else {
            lastArrival = Math.max(lastArrival, time.nowMs);
            time.at(lastArrival, () => machine.deliver(() => end(new TypeError("terminated"))));
          }
        },
        stall: () => {
          stalled = true;
        },
      };
      const line = (data: string) => controller?.enqueue(encoder.encode(`data: ${data}\n\n`));

      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", abort, { once: true });
      streams.add(stream);
      time.at(time.nowMs + link.oneWayMs(), () => {
        if (!link.reachable() || signal?.aborted) return;
        leave = server.subscribe(
          channel,
          (message) => wakeUp(`message,${channel},${message}`, line, later),
          stream.cut,
        );
        if (!leave) return later(link.oneWayMs(), () => end(new TypeError("fetch failed")));
        later(link.oneWayMs(), () => {
          if (signal?.aborted) return;
          const body = new ReadableStream<Uint8Array>({
            start: (started) => {
              controller = started;
            },
          });
          line(`subscribe,${channel},1`);
          resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
        });
      });
    });
  }

  /** One published message on its way to the client. */
  function wakeUp(
    data: string,
    line: (data: string) => void,
    later: (afterMs: number, what: () => void) => void,
  ): void {
    const id = `${linkName}#${++wakeUps}`;
    const [lose, repeat] = [random.between(0, 1), random.between(0, 1)];
    const lateMs = random.magnitude(1, LONGEST_LATE_MS);
    const thereMs = link.oneWayMs();
    const lost = lose < injector.rate("lose-wake-up") && injector.inject("lose-wake-up", id, client);
    if (!lost) later(thereMs, () => line(data));
    if (repeat < injector.rate("repeat-wake-up") && injector.inject("repeat-wake-up", id, client))
      time.at(time.nowMs + lateMs, () => later(thereMs, () => line(data)));
  }

  return {
    open,
    cut: () => {
      for (const stream of [...streams]) stream.cut();
    },
    stall: () => {
      for (const stream of streams) stream.stall();
    },
  };
}
