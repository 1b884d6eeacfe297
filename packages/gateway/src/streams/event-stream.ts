import type { Writable } from "node:stream";
import type { Connection } from "../engine/connection.ts";
import type { Engine } from "../engine/engine.ts";
import { exactTimer } from "../timer.ts";
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

/** What the engine publishes, as server-sent events, and the way to end it. */
export interface EventStream {
  /** Writes the confirmation, then whatever has come and comes, until either side ends. To be called once. */
  flow(out: Writable): void;
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
  const delayed = new Set<() => void>();
  let held: string[] = [];
  let out: Writable | undefined;
  let open = true;

  const end = (): void => {
    if (!open) return;
    open = false;
    connection.close();
    for (const cancel of delayed) cancel();
    out?.end();
    events.onEnd();
  };
  const write = (data: string): void => {
    if (!open) return;
    if (!out) {
      held.push(data);
      return;
    }
    const line = event(data);
    out.write(line);
    events.onSent(Buffer.byteLength(line));
    if (out.writableLength >= LARGEST_BACKLOG_BYTES) events.breakOff();
  };
  const send = (data: string): void => {
    const delayMs = events.delayMs();
    if (delayMs === 0 && delayed.size === 0) {
      write(data);
      return;
    }
    const cancel = exactTimer(delayMs, () => {
      delayed.delete(cancel);
      write(data);
    });
    delayed.add(cancel);
  };

  connection.onClose(() => end());
  let confirmed: string;
  try {
    confirmed = await follow(connection, source, send);
  } catch (error) {
    end();
    throw error;
  }
  return {
    flow(to) {
      out = to;
      // A message may overtake the confirmation by a tick; clients expect the confirmation first.
      const lines = [confirmed, ...held];
      held = [];
      lines.forEach(write);
      if (!open) to.end();
    },
    end,
  };
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
