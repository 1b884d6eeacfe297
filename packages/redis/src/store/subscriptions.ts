import { type Clock, HoldfastError, type Store, type Subscription } from "@holdfast/core";

/** A connection that only listens. It does not connect again: whoever needs it opens another. */
export interface Ear {
  /** Resolves when the server has confirmed it. */
  listen(channel: string): Promise<unknown>;
  ignore(channel: string): void;
  close(): void;
}

export interface EarEvents {
  heard(channel: string, message: string): void;
  /** From now on messages can be missed. */
  lost(): void;
}

export type OpenEar = (events: EarEvents) => Promise<Ear>;

interface Channel {
  readonly listening: Promise<unknown>;
  readonly hearers: Set<{ hear(message: string): void; end(): void }>;
}

interface Line {
  readonly ear: Promise<Ear>;
  readonly channels: Map<string, Channel>;
}

/** One connection for all channels of a store: opened by the first subscription, closed with the last. */
export function createSubscriptions(
  clock: Clock,
  timeoutMs: number,
  openEar: OpenEar,
): NonNullable<Store["subscribe"]> {
  let line: Line | undefined;

  function open(): Line {
    const channels: Line["channels"] = new Map();
    const ear = openEar({
      heard(name, message) {
        for (const { hear } of [...(channels.get(name)?.hearers ?? [])]) hear(message);
      },
      lost() {
        if (line === opened) line = undefined;
        for (const { hearers } of [...channels.values()]) for (const { end } of [...hearers]) end();
      },
    });
    ear.catch(() => {});
    const opened = { ear, channels };
    return opened;
  }

  function join({ ear, channels }: Line, name: string): Channel {
    const known = channels.get(name);
    if (known) return known;
    const listening = ear.then((opened) => opened.listen(name));
    listening.catch(() => {});
    const channel = { listening, hearers: new Set<never>() };
    channels.set(name, channel);
    return channel;
  }

  function leave(from: Line, name: string): void {
    from.channels.delete(name);
    if (from.channels.size > 0) {
      from.ear.then((ear) => ear.ignore(name)).catch(() => {});
      return;
    }
    if (line === from) line = undefined;
    from.ear.then((ear) => ear.close()).catch(() => {});
  }

  return (name, onMessage, signal) =>
    new Promise<Subscription>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      line ??= open();
      const own = line;
      const channel = join(own, name);
      let close = () => {};
      const closed = new Promise<void>((done) => {
        close = done;
      });
      const end = () => {
        clock.clearTimeout(timer);
        signal.removeEventListener("abort", end);
        if (channel.hearers.delete(hearer) && channel.hearers.size === 0) leave(own, name);
        close();
        reject(new HoldfastError("unavailable", "the lock store does not let the client listen."));
      };
      const hearer = { hear: onMessage, end };
      channel.hearers.add(hearer);
      const timer = clock.setTimeout(end, timeoutMs);
      signal.addEventListener("abort", end, { once: true });
      channel.listening.then(() => {
        clock.clearTimeout(timer);
        resolve({ closed });
      }, end);
    });
}
