import type { Clock } from "@holdfast/core";
import { planDisasters, type StruckClient } from "./disasters.ts";
import { FAULT_KINDS, type FaultKind, type InjectedFault } from "./faults.ts";
import { createInjector } from "./injector.ts";
import { createMachine, type Machine, MOST_DRIFT } from "./machine.ts";
import { createNetwork, type Network } from "./network.ts";
import { type Node, planNodeDisasters } from "./node-disasters.ts";
import { createRandom, type Random } from "./random.ts";
import { type SimulatedServer, startServer } from "./server.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";

export interface SimulationOptions {
  /** Decides everything. A whole number. */
  readonly seed: number;
  /** Faults that may happen; each run has some of them. Default: all. */
  readonly faults?: readonly FaultKind[];
  /** Whether each run has all of `faults`, instead of about half of them. Default false. */
  readonly every?: boolean;
  /** How long faults go on, in milliseconds of true time. */
  readonly faultsMs: number;
  /** Faults, by their ids, that are left out of what the seed decides. Default: none. */
  readonly without?: ReadonlySet<string>;
  /** Several servers that know nothing of each other. Default: one. */
  readonly nodes?: NodesOptions;
}

/** Servers with clocks of their own: many seconds apart, and with rates within 1 % of one another and of the clients'. */
export interface NodesOptions {
  readonly count: number;
  /** For how long a server that has restarted counts among the minority that may be broken, in milliseconds. */
  readonly mendMs: number;
}

/** A client's own machine, and its own way to the server. */
export interface SimulatedClient {
  readonly name: string;
  readonly url: string;
  /** Those of several servers. */
  readonly urls: readonly string[];
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly machine: Machine;
}

/** A server, or several, clients and a network under one clock, which a seed drives. */
export interface Simulation {
  readonly time: VirtualTime;
  readonly server: SimulatedServer;
  /** In the order of a client's `urls`. */
  readonly servers: readonly SimulatedServer[];
  readonly injected: readonly InjectedFault[];
  /** Called when a fault begins. */
  onFault(listener: (fault: InjectedFault) => void): void;
  addClient(name: string): SimulatedClient;
  /** Chance for the work that clients do; one stream for each label. */
  random(label: string): Random;
  /** Ends every fault, as far as it can be ended: the dead stay dead. */
  heal(): void;
}

/** The most and the least likely that a fault is for one message. */
const RATES = [0.003, 0.15] as const;
/** Of clocks any two of which are within `MOST_DRIFT` of each other. */
const MOST_DRIFT_EACH = MOST_DRIFT / 2;
const MOST_SKEW_MS = 30_000;

/**
 * Begins a simulation. Planned disasters strike until `faultsMs`; the caller adds clients, lets them work and turns
 * `time`. Each seed has its own mix of faults and rates, so that rare combinations come up (swarm testing, Groce et
 * al. 2012).
 */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const {
    seed,
    faults = FAULT_KINDS,
    every = false,
    faultsMs,
    without = new Set(),
    nodes: several,
  } = options;
  const time = createVirtualTime();
  const nodes = several
    ? await startNodes(time, seed, several.count)
    : [{ name: "redis", server: await startServer(time) }];
  const { server } = nodes[0] as Node;
  const chosen = mix(createRandom(seed, "mix"), faults, several ? SELDOM_FOR_NODES : SELDOM, every);
  const injector = createInjector(time, chosen, without);
  const clients = new Map<string, StruckClient>();
  const scene = { kinds: new Set(chosen.keys()), faultsMs, time, injector };
  planDisasters({
    ...scene,
    random: createRandom(seed, "disasters"),
    server: several ? undefined : server,
    clients,
  });
  if (several)
    planNodeDisasters({
      ...scene,
      random: createRandom(seed, "node disasters"),
      mendMs: several.mendMs,
      nodes,
      clients,
    });

  return {
    time,
    server,
    servers: nodes.map((node) => node.server),
    injected: injector.injected,
    onFault: injector.onFault,
    addClient(name) {
      const mostDrift = several ? MOST_DRIFT_EACH : MOST_DRIFT;
      const machine = createMachine(time, createRandom(seed, `machine ${name}`), mostDrift);
      const networks = nodes.map(({ name: node, server }) => {
        const link = several ? `${name}>${node}` : name;
        const random = createRandom(seed, `network ${link}`);
        return createNetwork({ client: name, link, machine, server, time, random, injector });
      });
      clients.set(name, { machine, networks });
      const urls = nodes.map((node) => `http://${node.name}.test`);
      const [url] = urls as [string];
      return { name, url, urls, clock: machine.clock, fetch: fetchOver(urls, networks), machine };
    },
    random: (label) => createRandom(seed, `work ${label}`),
    heal() {
      injector.end();
      for (const { machine, networks } of clients.values()) {
        machine.thaw();
        for (const network of networks) network.heal();
      }
      if (several) for (const node of nodes) node.server.heal();
    },
  };
}

async function startNodes(time: VirtualTime, seed: number, count: number): Promise<Node[]> {
  const names = Array.from({ length: count }, (_, i) => `redis-${i + 1}`);
  return Promise.all(
    names.map(async (name) => {
      const random = createRandom(seed, `clock ${name}`);
      const rate = 1 + random.between(-MOST_DRIFT_EACH, MOST_DRIFT_EACH);
      const skewMs = random.between(0, MOST_SKEW_MS) * random.pick([-1, 0, 1]);
      return { name, server: await startServer(time, { skewMs, rate }) };
    }),
  );
}

/** A client has one `fetch`, whichever server it speaks to. */
function fetchOver(urls: readonly string[], networks: readonly Network[]): typeof globalThis.fetch {
  const [only] = networks as [Network];
  if (networks.length === 1) return only.fetch;
  return async (input, init) => {
    const { origin } = new URL(input instanceof Request ? input.url : input);
    const network = networks[urls.indexOf(origin)];
    if (!network) throw new TypeError(`fetch failed: there is no ${origin}`);
    return network.fetch(input, init);
  };
}

/** What a lock cannot stand with all its promises is in fewer runs, so that the promises are asked for in most. */
const SELDOM: ReadonlySet<FaultKind> = new Set(["lose-data", "failover", "step-server-clock"]);
/** A quorum stands it that one of its servers forgets. */
const SELDOM_FOR_NODES: ReadonlySet<FaultKind> = new Set(["step-server-clock"]);

/** About half of the faults, each at a rate of its own. */
function mix(
  random: Random,
  faults: readonly FaultKind[],
  seldom: ReadonlySet<FaultKind>,
  every: boolean,
): Map<FaultKind, number> {
  const drawn = FAULT_KINDS.map((kind) => ({
    kind,
    taken: random.chance(seldom.has(kind) ? 0.15 : 0.5) || every,
    rate: random.magnitude(...RATES),
  }));
  return new Map(
    drawn.filter(({ kind, taken }) => taken && faults.includes(kind)).map(({ kind, rate }) => [kind, rate]),
  );
}
