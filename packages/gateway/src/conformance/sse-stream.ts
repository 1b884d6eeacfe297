import { expect } from "vitest";
import type { Ask, Wire } from "./wire.ts";

/** What a client has read of an event stream so far. */
export interface SseStream {
  readonly response: Response;
  /** Everything received, byte for byte. */
  readonly text: string;
  /** The `data:` lines, without the prefix. */
  readonly data: string[];
  /** "ended": the server closed it in order; "broken": the connection failed. */
  readonly state: "open" | "ended" | "broken";
  /** Waits until that many `data:` lines are there. */
  lines(count: number): Promise<string[]>;
  /** Leaves, as a client does: by aborting the request. */
  leave(): void;
}

/** Opens `/subscribe/…`, `/psubscribe/…` or `/monitor` as the published client does. */
export async function openStream(wire: Wire, path: string, ask: Ask = {}): Promise<SseStream> {
  const left = new AbortController();
  const response = await wire.fetch(path, {
    method: "POST",
    body: [],
    ...ask,
    headers: { Accept: "text/event-stream", ...ask.headers },
    signal: left.signal,
  });
  let text = "";
  let state: SseStream["state"] = "open";
  const decoder = new TextDecoder();
  const pump = async (): Promise<void> => {
    try {
      for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
      state = "ended";
    } catch {
      state = "broken";
    }
  };
  void pump();
  const stream: SseStream = {
    response,
    get text() {
      return text;
    },
    get data() {
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      return whole.split("\n").flatMap((line) => (line.startsWith("data: ") ? [line.slice(6)] : []));
    },
    get state() {
      return state;
    },
    async lines(count) {
      await expect
        .poll(() => stream.data.length, { timeout: 5_000, interval: 5 })
        .toBeGreaterThanOrEqual(count);
      return stream.data;
    },
    leave: () => left.abort(),
  };
  return stream;
}
