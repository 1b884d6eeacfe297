import { DISASTERS, type Disaster, type FaultKind } from "./faults.ts";
import type { Injector } from "./injector.ts";
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { SimulatedServer } from "./server.ts";
import type { VirtualTime } from "./virtual-time.ts";

interface Scene {
  readonly kinds: ReadonlySet<FaultKind>;
  readonly random: Random;
  readonly faultsMs: number;
  readonly time: VirtualTime;
  /** None when there are several, which are struck in their own way. */
  readonly server: SimulatedServer | undefined;
  readonly injector: Injector;
  readonly clients: ReadonlyMap<string, StruckClient>;
}

/** A client's machine, and what lies between it and each server. */
export interface StruckClient {
  readonly machine: Machine;
  readonly networks: readonly Network[];
}

const MOST_OF_A_KIND = 4;
/** A server that is down is back after so long at the most. */
const LONGEST_DOWN_MS = 2000;
const LONGEST_STANDSTILL_MS = 20_000;
const LONGEST_STEP_MS = 60_000;
/** How far behind a copy is at the most. */
const LONGEST_LAG_MS = 1000;
/** A client learns that the server's clock was set from the next answer; every waiter asks once in half a minute. */
const STEP_NOTICED_AFTER_MS = 40_000;
const SERVER_STEP_MS = [1000, 10_000] as const;

/** Draws what strikes when. Which client it hits is drawn too, among those that run at that moment. */
export function planDisasters({ kinds, random, faultsMs, time, server, injector, clients }: Scene): void {
  // What no lock can stand is not asked for: a server that forgets fences *and* whose clock goes back, a machine
  // whose both clocks lie.
  const forgets = kinds.has("lose-data") || kinds.has("failover");
  const suspends = kinds.has("suspend");

  for (const kind of Object.keys(DISASTERS) as Disaster[]) {
    const times = random.whole(1, MOST_OF_A_KIND);
    for (let i = 0; i < MOST_OF_A_KIND; i++) {
      const atMs = random.between(0, faultsMs);
      const chosen = random.between(0, 1);
      const standstillMs = random.magnitude(20, LONGEST_STANDSTILL_MS);
      const downMs = random.magnitude(1, LONGEST_DOWN_MS);
      const lagMs = random.magnitude(1, LONGEST_LAG_MS);
      const stepMs = random.magnitude(1, LONGEST_STEP_MS);
      const serverStepMs = random.magnitude(...SERVER_STEP_MS);
      const back = random.chance(0.5);
      if (i >= times || !kinds.has(kind)) continue;
      const id = `!${i + 1}`;

      const someone = (strike: (client: StruckClient) => void, lastsMs?: number) => {
        const running = [...clients].filter(([, { machine }]) => machine.state === "running");
        const [name, client] = running[Math.floor(chosen * running.length)] ?? [];
        if (client && injector.inject(kind, id, name, lastsMs)) strike(client);
      };
      const theServer = (strike: (server: SimulatedServer) => void, lastsMs?: number) => {
        if (server && injector.inject(kind, id, undefined, lastsMs)) strike(server);
      };
      const strikes: Record<Disaster, () => void> = {
        "cut-stream": () => someone(({ networks }) => cutStreams(networks)),
        "stall-stream": () => someone(({ networks }) => stallStreams(networks)),
        partition: () =>
          someone(({ networks }) => {
            for (const network of networks) network.partition(standstillMs);
          }, standstillMs),
        freeze: () => someone(({ machine }) => machine.freeze(standstillMs, false), standstillMs),
        suspend: () => someone(({ machine }) => machine.freeze(standstillMs, true), standstillMs),
        kill: () => {
          const others = [...clients.values()].filter(({ machine }) => machine.state !== "dead");
          if (others.length > 1)
            someone(({ machine, networks }) => {
              cutStreams(networks);
              machine.kill();
            }, Number.POSITIVE_INFINITY);
        },
        "step-clock": () => someone(({ machine }) => machine.stepWall(back && !suspends ? -stepMs : stepMs)),
        "flush-scripts": () => theServer((one) => one.command("SCRIPT", "FLUSH")),
        restart: () => theServer((one) => one.restart(downMs, "kept"), downMs),
        "lose-data": () => theServer((one) => one.restart(downMs, "lost"), downMs),
        failover() {
          server?.copy();
          time.at(time.nowMs + lagMs, () => theServer((one) => one.restart(downMs, "as copied"), downMs));
        },
        "step-server-clock": () =>
          theServer(
            (one) => one.stepClock(back && !forgets ? -serverStepMs : serverStepMs),
            STEP_NOTICED_AFTER_MS,
          ),
        "out-of-memory": () => theServer((one) => one.fillMemory(downMs), downMs),
      };
      time.at(atMs, strikes[kind]);
    }
  }
}

function cutStreams(networks: readonly Network[]): void {
  for (const { streams } of networks) streams.cut();
}

function stallStreams(networks: readonly Network[]): void {
  for (const { streams } of networks) streams.stall();
}
