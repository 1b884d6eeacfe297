import type { Injector } from "./injector.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { SimulatedServer } from "./server.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One client, the server, and what decides on everything between them. */
export interface Ends {
  readonly client: string;
  /** What faults of their messages are called by; the same for every run. */
  readonly link: string;
  readonly machine: Machine;
  readonly server: SimulatedServer;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly injector: Injector;
}
