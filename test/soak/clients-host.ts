import { createLocks, type Locks, restStore } from "@holdfast/core";
import { type CountingClock, countingClock } from "../support/counting-clock.ts";
import { anyOf, weighted } from "./chance.ts";
import { codeOfHttp, HTTP_CYCLES } from "./http-cycles.ts";
import { type Cycle, count, Load, type LoadFigures } from "./load.ts";
import { Names } from "./names.ts";
import { type OwnFigures, ownFigures, resources } from "./own-figures.ts";
import { serve } from "./remote.ts";
import { codeOfSdk, SDK_CYCLES } from "./sdk-cycles.ts";
import { type Visit, Visits } from "./visits.ts";

// Many clients in one process: of the SDK, each with a store of its own, or of the worker's HTTP API.

export interface ClientsOptions {
  /** Makes the names of this process its own. */
  readonly process: string;
  readonly via: "SDK" | "HTTP";
  readonly clients: number;
  readonly cyclesPerSecond: number;
  /** Of the gateway for the SDK, of the worker for HTTP. */
  readonly url: string;
  readonly token: string;
}

export interface ClientsFigures extends OwnFigures, LoadFigures {
  /** Timers of the SDK that are still to come, of all clients. */
  readonly timers: number;
  /** Names of leases that the store took away though nobody broke one; events by type. */
  readonly taken: readonly string[];
  readonly events: Record<string, number>;
}

/** What keeps a process busy that should have nothing to do. */
export interface Idleness {
  readonly timers: number;
  /** Beyond what there was before the first cycle. */
  readonly resources: Record<string, number>;
}

export interface ClientsCalls {
  open(options: ClientsOptions): Promise<void>;
  start(): Promise<void>;
  figures(): Promise<ClientsFigures>;
  visits(): Promise<Visit[]>;
  /** Begins nothing more; answers the kinds of the cycles that have not ended in this time. */
  stop(patienceMs: number): Promise<string[]>;
  idleness(): Promise<Idleness>;
}

const clocks: CountingClock[] = [];
const visits = new Visits();
const events: Record<string, number> = {};
const taken: string[] = [];
let load: Load | undefined;
let atRest: Record<string, number> = {};

function running(): Load {
  if (!load) throw new Error("the clients are not open yet");
  return load;
}

function sdkClient(url: string, token: string): Locks {
  const clock = countingClock();
  clocks.push(clock);
  return createLocks({
    store: restStore({ url, token, clock }),
    clock,
    onEvent: (event) => {
      count(events, event.type);
      if (event.type === "lost" && event.reason === "taken")
        taken.push(`${event.name} after ${event.heldMs.toFixed(0)} ms`);
    },
  });
}

function open({ process, via, clients, cyclesPerSecond, url, token }: ClientsOptions): Load {
  const names = new Names(process);
  const shared = { names, visits };
  if (via === "HTTP") {
    const actor = { ...shared, url, token };
    return new Load(
      chooser(HTTP_CYCLES, () => actor),
      cyclesPerSecond,
      codeOfHttp,
    );
  }
  const all = Array.from({ length: clients }, () => sdkClient(url, token));
  const actor = () => ({ ...shared, locks: anyOf(all), other: anyOf(all) });
  return new Load(chooser(SDK_CYCLES, actor), cyclesPerSecond, codeOfSdk);
}

function chooser<A>(
  cycles: Record<string, readonly [share: number, cycle: (actor: A) => Promise<unknown>]>,
  actor: () => A,
): () => Cycle {
  const shares = Object.fromEntries(Object.entries(cycles).map(([kind, [share]]) => [kind, share]));
  return () => {
    const kind = weighted(shares);
    return { kind, run: async () => void (await cycles[kind]?.[1](actor())) };
  };
}

const timers = () => clocks.reduce((sum, { pending }) => sum + pending, 0);

serve<ClientsCalls>(
  {
    async open(options) {
      load = open(options);
      // Opened when they are first asked for, which may be a warning of Node's in the middle of the run.
      for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
      atRest = resources();
    },
    start: async () => running().start(),
    figures: async () => ({
      ...(await ownFigures()),
      ...running().figures(),
      timers: timers(),
      taken,
      events,
    }),
    visits: async () => visits.take(),
    stop: (patienceMs) => running().stop(patienceMs),
    async idleness() {
      const more = Object.entries(resources()).flatMap(([kind, now]) =>
        now > (atRest[kind] ?? 0) ? [[kind, now - (atRest[kind] ?? 0)] as const] : [],
      );
      return { timers: timers(), resources: Object.fromEntries(more) };
    },
  },
  async () => {},
);
