import type { Argument } from "../engine/connection.ts";

/** What an event stream watches. */
export type StreamSource =
  | { kind: "subscribe"; channel: string }
  | { kind: "psubscribe"; pattern: string }
  | { kind: "monitor" };

/**
 * One event. A payload's first line is what Upstash's client reads. Further lines go without the space after the
 * colon: that client then passes over them, so that none can pose as a message of its own, while a reader that follows
 * the standard puts the whole payload together again.
 */
export const event = (data: string): string => {
  const [first, ...others] = data.split("\n");
  // The standard takes one space away, and only a second one keeps the line from starting like a first line.
  const rest = others.map((line) => `data:${line.startsWith(" ") ? " " : ""}${line}\n`);
  return `data: ${first}\n${rest.join("")}\n`;
};

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
