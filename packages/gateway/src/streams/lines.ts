import type { Argument } from "../engine/connection.ts";

/** What an event stream watches. */
export type StreamSource =
  | { kind: "subscribe"; channel: string }
  | { kind: "psubscribe"; pattern: string }
  | { kind: "monitor" };

/** One `data:` line and the blank line that ends the event. A line break in a payload would end it early. */
export const event = (data: string): string => `data: ${data}\n\n`;

/** The command a stream stands for, for counts and for faults. */
export const streamCommand = (source: StreamSource): Argument[] => {
  switch (source.kind) {
    case "subscribe":
      return ["SUBSCRIBE", source.channel];
    case "psubscribe":
      return ["PSUBSCRIBE", source.pattern];
    case "monitor":
      return ["MONITOR"];
  }
};
