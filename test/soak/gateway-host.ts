import { type Gateway, startGateway } from "@holdfast/gateway";
import { disturb } from "./disturb.ts";
import { type Lifetimes, lifetimes } from "./lifetimes.ts";
import { type OwnFigures, ownFigures } from "./own-figures.ts";
import { serve } from "./remote.ts";

// The gateway in a process of its own, as people run it, so that its memory can be told from the others'.

export interface EngineFigures {
  readonly keys: number;
  readonly usedMemory: number;
  /** Connections of the gateway's: a shared one, and one for each event stream. */
  readonly connections: number;
  /** Channels that somebody listens to. */
  readonly streams: number;
  /** Scripts and their values that the engine keeps for good. */
  readonly scripts: number;
}

export interface GatewayCalls {
  open(options: { token: string; redisUrl?: string }): Promise<string>;
  figures(): Promise<OwnFigures>;
  engine(): Promise<EngineFigures>;
  /** Every key of the engine: how long they last. */
  lifetimes(longestMs: number): Promise<Lifetimes>;
  /** Faults from now on, this far apart. */
  disturb(everyMs: number): Promise<void>;
  /** No more of them. How many there were. */
  heal(): Promise<number>;
}

let gateway: Gateway | undefined;
const healing = new AbortController();

function running(): Gateway {
  if (!gateway) throw new Error("the gateway is not open yet");
  return gateway;
}

async function engineFigures(): Promise<EngineFigures> {
  const { command } = running();
  const [keys, info, channels] = await Promise.all([
    command("DBSIZE"),
    command("INFO", "everything"),
    command("PUBSUB", "CHANNELS"),
  ]);
  const read = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, "m").exec(String(info))?.[1]);
  return {
    keys: Number(keys),
    usedMemory: read("used_memory"),
    connections: read("connected_clients"),
    streams: (channels as string[]).length,
    scripts: read("number_of_cached_scripts"),
  };
}

serve<GatewayCalls>(
  {
    async open({ token, redisUrl }) {
      gateway = await startGateway({ port: 0, tokens: token, faults: true, ...(redisUrl && { redisUrl }) });
      return gateway.url;
    },
    figures: ownFigures,
    engine: engineFigures,
    lifetimes: (longestMs) => lifetimes(running().command, longestMs),
    async disturb(everyMs) {
      void disturb(running().faults, everyMs, healing.signal);
    },
    async heal() {
      healing.abort();
      running().faults.clear();
      return running().faults.injected;
    },
  },
  async () => gateway?.close(),
);
