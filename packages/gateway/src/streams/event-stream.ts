import type { Connection } from "../engine/connection.ts";
import type { Engine } from "../engine/engine.ts";
import { event, type StreamSource } from "./lines.ts";

/** A reader this far behind is cut off, as Redis does, before it takes the gateway's memory. */
const LARGEST_BACKLOG_BYTES = 32 * 1_048_576;

/** What a stream tells its owner. */
export interface StreamEvents {
  /** Bytes put on the stream. */
  onSent(bytes: number): void;
  /** The stream has ended and its connection to the engine is gone. */
  onEnd(): void;
  /** The reader is too far behind: its connection has to go, since a clean end would hide the gap. */
  breakOff(): void;
  /** Delay of every line in milliseconds. */
  delayMs(): number;
}

/** A response body that carries what the engine publishes, and the way to end it. */
export interface EventStream {
  body: ReadableStream<Uint8Array>;
  /** Ends the stream and its connection to the engine. */
  end(): void;
}

/**
 * Opens a connection of its own to the engine and turns its messages into server-sent events.
 * Resolves when the engine has confirmed, so that nothing published after the response's headers is missed.
 * @throws EngineUnavailableError
 */
export const openEventStream = async (
  engine: Engine,
  source: StreamSource,
  events: StreamEvents,
): Promise<EventStream> => {
  const connection = await engine.open();
  const encoder = new TextEncoder();
  const delayed = new Set<NodeJS.Timeout>();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let open = true;

  const end = (): void => {
    if (!open) return;
    open = false;
    connection.close();
    for (const timer of delayed) clearTimeout(timer);
    controller?.close();
    events.onEnd();
  };
  const write = (line: string): void => {
    if (!open) return;
    const bytes = encoder.encode(line);
    controller?.enqueue(bytes);
    events.onSent(bytes.length);
    if ((controller?.desiredSize ?? 0) <= -LARGEST_BACKLOG_BYTES) events.breakOff();
  };
  const send = (data: string): void => {
    const delayMs = events.delayMs();
    if (delayMs === 0 && delayed.size === 0) {
      write(event(data));
      return;
    }
    const timer = setTimeout(() => {
      delayed.delete(timer);
      write(event(data));
    }, delayMs);
    delayed.add(timer);
  };

  const body = new ReadableStream<Uint8Array>(
    {
      start: (started) => {
        controller = started;
      },
      cancel: () => {
        // The client left: nothing more can be written, only the engine's side is to be let go.
        controller = undefined;
        end();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  connection.onClose(() => end());

  const early = holdBack(send);
  try {
    early.release(await follow(connection, source, early.send));
  } catch (error) {
    end();
    throw error;
  }
  return { body, end };
};

/** Starts the source and answers the line that confirms it. */
const follow = async (
  connection: Connection,
  source: StreamSource,
  send: (data: string) => void,
): Promise<string> => {
  switch (source.kind) {
    case "subscribe": {
      const { channel } = source;
      await connection.subscribe("channel", channel, (message) => send(`message,${channel},${message}`));
      return `subscribe,${channel},1`;
    }
    case "psubscribe": {
      const { pattern } = source;
      await connection.subscribe("pattern", pattern, (message, channel) =>
        send(`pmessage,${pattern},${channel},${message}`),
      );
      return `psubscribe,${pattern},1`;
    }
    case "monitor":
      // The embedded engine knows no addresses; Upstash shows zeros for want of one.
      await connection.monitor((line) => send(line.replace(/^(\S+ \[\d+) \]/, "$1 0.0.0.0:0]")));
      return '"OK"';
  }
};

/** A message may overtake the confirmation by a tick; clients expect the confirmation first. */
const holdBack = (send: (data: string) => void) => {
  let held: string[] | undefined = [];
  return {
    send: (data: string): void => {
      if (held) held.push(data);
      else send(data);
    },
    release: (first: string): void => {
      const waiting = held ?? [];
      held = undefined;
      send(first);
      waiting.forEach(send);
    },
  };
};
