import type { Clock } from "@holdfast/core";
import { planDisasters } from "./disasters.ts";
import { FAULT_KINDS, type FaultKind, type InjectedFault } from "./faults.ts";
import { createInjector } from "./injector.ts";
import { createMachine, type Machine } from "./machine.ts";
import { createNetwork, type Network } from "./network.ts";
import { createRandom, type Random } from "./random.ts";
import { type SimulatedServer, startServer } from "./server.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";

export interface SimulationOptions {
  /** Decides everything. A whole number. */
  readonly seed: number;
  /** Faults that may happen; each run has some of them. Default: all. */
  readonly faults?: readonly FaultKind[];
  /** How long faults go on, in milliseconds of true time. */
  readonly faultsMs: number;
  /** Faults, by their ids, that are left out of what the seed decides. Default: none. */
  readonly without?: ReadonlySet<string>;
}

/** A client's own machine, and its own way to the server. */
export interface SimulatedClient {
  readonly name: string;
  readonly url: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly machine: Machine;
}

/** A server, clients and a network under one clock, which a seed drives. */
export interface Simulation {
  readonly time: VirtualTime;
  readonly server: SimulatedServer;
  readonly injected: readonly InjectedFault[];
  /** Called when a fault begins. */
  onFault(listener: (fault: InjectedFault) => void): void;
  addClient(name: string): SimulatedClient;
  /** Chance for the work that clients do; one stream for each label. */
  random(label: string): Random;
  /** Ends every fault, as far as it can be ended: the dead stay dead. */
  heal(): void;
}

const URL = "http://redis.test";
/** The most and the least likely that a fault is for one message. */
const RATES = [0.003, 0.15] as const;

/**
 * Begins a simulation. Planned disasters strike until `faultsMs`; the caller adds clients, lets them work and turns
 * `time`. Each seed has its own mix of faults and rates, so that rare combinations come up (swarm testing, Groce et
 * al. 2012).
 */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { seed, faults = FAULT_KINDS, faultsMs, without = new Set() } = options;
  const time = createVirtualTime();
  const server = await startServer(time);
  const chosen = mix(createRandom(seed, "mix"), faults);
  const injector = createInjector(time, chosen, without);
  const clients = new Map<string, { machine: Machine; network: Network }>();
  planDisasters({
    kinds: new Set(chosen.keys()),
    random: createRandom(seed, "disasters"),
    faultsMs,
    time,
    server,
    injector,
    clients,
  });

  return {
    time,
    server,
    injected: injector.injected,
    onFault: injector.onFault,
    addClient(name) {
      const machine = createMachine(time, createRandom(seed, `machine ${name}`));
      const random = createRandom(seed, `network ${name}`);
      const network = createNetwork({ client: name, machine, server, time, random, injector });
      clients.set(name, { machine, network });
      return { name, url: URL, clock: machine.clock, fetch: network.fetch, machine };
    },
    random: (label) => createRandom(seed, `work ${label}`),
    heal() {
      injector.end();
      for (const { machine, network } of clients.values()) {
        machine.thaw();
        network.heal();
      }
    },
  };
}

/** What a lock cannot stand with all its promises is in fewer runs, so that the promises are asked for in most. */
const SELDOM: ReadonlySet<FaultKind> = new Set(["lose-data", "failover", "step-server-clock"]);

/** About half of the faults, each at a rate of its own. */
function mix(random: Random, faults: readonly FaultKind[]): Map<FaultKind, number> {
  const drawn = FAULT_KINDS.map((kind) => ({
    kind,
    taken: random.chance(SELDOM.has(kind) ? 0.15 : 0.5),
    rate: random.magnitude(...RATES),
  }));
  return new Map(
    drawn.filter(({ kind, taken }) => taken && faults.includes(kind)).map(({ kind, rate }) => [kind, rate]),
  );
}
