import { type Fault, type Gateway, startGateway } from "@holdfast/gateway";
import { serve } from "../soak/remote.ts";

// The gateway in a process of its own: its work is not the service's, nor the clients'.

export interface GatewayCalls {
  open(token: string): Promise<string>;
  /** Hits this share of the requests from now on; 0 hits none. */
  disturb(share: number): Promise<void>;
  /** How many requests were hit so far. */
  injected(): Promise<number>;
  requests(): Promise<number>;
}

/** What a network and a server do. Each is as frequent as the others. */
const FAULTS: readonly Fault[] = [
  { action: "drop-request" },
  { action: "drop-reply" },
  { action: "status", status: 503 },
  { action: "duplicate" },
  { action: "delay-request", delayMs: 100 },
  { action: "delay-reply", delayMs: 100 },
  { action: "cut-stream", delayMs: 200 },
];

let gateway: Gateway | undefined;

function running(): Gateway {
  if (!gateway) throw new Error("the gateway is not open yet");
  return gateway;
}

serve<GatewayCalls>(
  {
    async open(token) {
      gateway = await startGateway({ port: 0, tokens: token, faults: true });
      return gateway.url;
    },
    async disturb(share) {
      const { faults } = running();
      faults.clear();
      if (share === 0) return;
      // One draw a request decides whether it is hit, and by what.
      let drawn = FAULTS.length;
      for (const [i, fault] of FAULTS.entries())
        faults.inject({
          ...fault,
          times: Number.POSITIVE_INFINITY,
          when: () => {
            if (i === 0) drawn = Math.floor((Math.random() * FAULTS.length) / share);
            return drawn === i;
          },
        });
    },
    injected: async () => running().faults.injected,
    requests: async () => (await running().meter.read()).requests,
  },
  async () => gateway?.close(),
);
