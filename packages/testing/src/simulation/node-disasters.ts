import type { StruckClient } from "./disasters.ts";
import type { FaultKind, NodeFault } from "./faults.ts";
import type { Injector } from "./injector.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { SimulatedServer } from "./server.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One of several servers. */
export interface Node {
  readonly name: string;
  readonly server: SimulatedServer;
}

interface Scene {
  readonly kinds: ReadonlySet<FaultKind>;
  readonly random: Random;
  readonly faultsMs: number;
  /** For how long a node that restarted is counted as broken. */
  readonly mendMs: number;
  readonly time: VirtualTime;
  readonly nodes: readonly Node[];
  readonly injector: Injector;
  /** Their networks are in the order of the nodes. */
  readonly clients: ReadonlyMap<string, StruckClient>;
}

type NodeDisaster =
  | NodeFault
  | "flush-scripts"
  | "restart"
  | "lose-data"
  | "failover"
  | "step-server-clock"
  | "out-of-memory";

/** In the order in which chance is drawn for them: new ones at the end. */
const KINDS: readonly NodeDisaster[] = [
  "restart",
  "lose-data",
  "failover",
  "step-server-clock",
  "out-of-memory",
  "flush-scripts",
  "pause-server",
  "isolate-server",
  "slow-server",
];
const MOST_OF_A_KIND = 4;
const LONGEST_DOWN_MS = 40_000;
const LONGEST_STANDSTILL_MS = 15_000;
const LONGEST_LAG_MS = 1000;
const LONGEST_PLOT_MS = 5000;
const SHORTLY_MS = 300;
const LONGEST_SLOW_MS = 3000;
const STEP_MS = [1000, 20_000] as const;

/**
 * Draws what strikes which of several servers when. What makes a server forget, or hold its vote back, strikes a minority at a
 * time: no quorum stands more. Servers that only cannot be reached may be more than that in most runs: it costs nothing but time.
 */
export function planNodeDisasters(scene: Scene): void {
  const { kinds, random, faultsMs, mendMs, time, nodes, injector, clients } = scene;
  const most = Math.ceil(nodes.length / 2) - 1;
  const reckless = random.chance(0.7);
  // Where a server that forgets does the most harm: among as few as make a majority.
  const plots = reckless && kinds.has("isolate-server");
  const brokenUntil = new Map<string, number>();

  /** The node that is struck: any while few are broken, otherwise one of those. */
  function choose(chosen: number, lastsMs: number, counts: boolean): Node | undefined {
    const broken = nodes.filter(({ name }) => (brokenUntil.get(name) ?? 0) > time.nowMs);
    const candidates = counts && broken.length >= most ? broken : nodes;
    const node = candidates[Math.floor(chosen * candidates.length)];
    if (node && counts)
      brokenUntil.set(node.name, Math.max(brokenUntil.get(node.name) ?? 0, time.nowMs + lastsMs));
    return node;
  }

  for (const kind of KINDS) {
    const times = random.whole(1, MOST_OF_A_KIND);
    for (let i = 0; i < MOST_OF_A_KIND; i++) {
      const atMs = random.between(0, faultsMs);
      const [chosen, whom] = [random.between(0, 1), random.between(0, 1)];
      const standstillMs = random.magnitude(100, LONGEST_STANDSTILL_MS);
      const downMs = random.magnitude(1, LONGEST_DOWN_MS);
      const lagMs = random.magnitude(1, LONGEST_LAG_MS);
      const slowMs = random.magnitude(20, LONGEST_SLOW_MS);
      const stepMs = random.magnitude(...STEP_MS);
      const back = random.chance(0.5);
      const too = nodes.map(() => random.chance(0.5));
      const [beforeMs, soonMs] = [random.magnitude(500, LONGEST_PLOT_MS), random.magnitude(1, 500)];
      if (i >= times || !kinds.has(kind)) continue;

      const inject = (node: Node | undefined, lastsMs: number, strike: (node: Node) => void) => {
        if (node && injector.inject(kind, `!${node.name}.${i + 1}`, undefined, lastsMs, node.name))
          strike(node);
      };
      const someNode = (lastsMs: number, strike: (node: Node) => void, counts = true) =>
        inject(choose(chosen, lastsMs, counts), lastsMs, strike);
      const restart = (data: "kept" | "lost") =>
        someNode(downMs + mendMs, ({ server }) => server.restart(downMs, data));
      const isolate = (node: Node, forMs: number, when: string) => {
        if (
          injector.inject(
            "isolate-server",
            `!${node.name}.${when}.${kind}.${i + 1}`,
            undefined,
            forMs,
            node.name,
          )
        )
          for (const { networks } of clients.values()) networks[nodes.indexOf(node)]?.partition(forMs);
      };
      /**
       * It forgets right after others were out of reach, or while they still are; and soon after it may vote again, the
       * rest is out of reach.
       */
      const plot = () => {
        const node = choose(chosen, beforeMs + soonMs + mendMs, true);
        if (!node) return;
        const at = nodes.indexOf(node);
        const others = [...nodes.slice(at + 1), ...nodes.slice(0, at)];
        const votesAfterMs = beforeMs + soonMs + mendMs;
        for (const other of others.slice(0, most)) isolate(other, too[0] ? votesAfterMs : beforeMs, "before");
        time.at(time.nowMs + beforeMs * 0.9, () => node.server.copy());
        time.at(time.nowMs + beforeMs, () =>
          inject(node, soonMs + mendMs, ({ server }) =>
            server.restart(soonMs, kind === "failover" ? "as copied" : "lost"),
          ),
        );
        time.at(time.nowMs + votesAfterMs + SHORTLY_MS, () => {
          for (const other of others.slice(most)) isolate(other, standstillMs, "after");
        });
      };
      const strikes: Record<NodeDisaster, () => void> = {
        restart: () => restart("kept"),
        "lose-data": () => (plots ? plot() : restart("lost")),
        failover() {
          if (plots) return plot();
          const node = choose(chosen, lagMs + downMs + mendMs, true);
          node?.server.copy();
          time.at(time.nowMs + lagMs, () =>
            inject(node, downMs + mendMs, ({ server }) => server.restart(downMs, "as copied")),
          );
        },
        "step-server-clock": () =>
          someNode(mendMs, ({ server }) => server.stepClock(back ? -stepMs : stepMs)),
        "out-of-memory": () => someNode(downMs, ({ server }) => server.fillMemory(downMs), !reckless),
        "flush-scripts": () => someNode(0, ({ server }) => server.command("SCRIPT", "FLUSH"), false),
        "pause-server": () => someNode(standstillMs, ({ server }) => server.pause(standstillMs), !reckless),
        "slow-server": () =>
          someNode(standstillMs, ({ server }) => server.slowDown(slowMs, standstillMs), !reckless),
        "isolate-server": () =>
          someNode(
            standstillMs,
            (node) => {
              const all = [...clients.values()];
              const one = all[Math.floor((whom - 0.5) * 2 * all.length)];
              const cut = (network: Network | undefined) => network?.partition(standstillMs);
              if (whom < 0.5 || !one) for (const { networks } of all) cut(networks[nodes.indexOf(node)]);
              else
                for (const [i, network] of one.networks.entries())
                  if (nodes[i] === node || (reckless && too[i])) cut(network);
            },
            !reckless,
          ),
      };
      time.at(atMs, strikes[kind]);
    }
  }
}
