import { checkHistory, type HistoryEvent, type Violation } from "@holdfast/testing/history";
import {
  createRandom,
  type FaultKind,
  type InjectedFault,
  startSimulation,
} from "@holdfast/testing/simulation";
import { startClients } from "./clients.ts";
import { asHistory } from "./faults-in-history.ts";
import { holdfast, type Sdk } from "./holdfast.ts";
import { PRIMITIVE_NAMES, type PrimitiveName } from "./primitives.ts";
import { createRecorder } from "./recorder.ts";
import type { RivalName } from "./rivals/index.ts";
import type { Subject } from "./subject.ts";
import type { Habits } from "./worker.ts";

export type { Sdk } from "./holdfast.ts";

export interface RunOptions {
  readonly seed: number;
  /** Somebody else's lock. Default: ours. */
  readonly subject?: RivalName;
  /** Default: drawn. */
  readonly primitive?: PrimitiveName;
  /** Default: all. */
  readonly faults?: readonly FaultKind[];
  /** Whether it is over several servers: `runQuorumSeed` runs it then. */
  readonly quorum?: boolean;
  /** Ids of faults that are left out. */
  readonly without?: ReadonlySet<string>;
}

export interface RunResult {
  readonly seed: number;
  readonly primitive: PrimitiveName;
  /** Leases granted to clients. */
  readonly cycles: number;
  readonly simulatedMs: number;
  readonly events: number;
  readonly injected: readonly InjectedFault[];
  /** How often the nodes of a quorum answered what. */
  readonly votes?: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** The same for the same seed, bit for bit. */
  readonly history: readonly HistoryEvent[];
}

const FAULTS_MS = 40_000;
/** How long the rest may take once faults have ended: the longest waits, behind holders that renew and forgot one after another. */
const SETTLE_MS = 1_000_000;
/** By then whatever was left on the server has run out. */
const IDLE_MS = 600_000;
/** How many ended attempts of a name the server remembers: see `record.lua`. */
const REMEMBERED = 16;
/** Once faults have ended, how long something that failed may take to be taken back, and a free name to be noticed. */
const AFTERMATH_MS = 20_000;
/** A run that does not come to rest ends here, and fails. */
const MOST_EVENTS = 100_000;

export function runSeed(sdk: Sdk, options: RunOptions): Promise<RunResult> {
  return runSubject(holdfast(sdk), options);
}

/** The same with whatever is to be under test. */
export async function runSubject(subject: Subject, options: RunOptions): Promise<RunResult> {
  const { seed, faults, without } = options;
  const random = createRandom(seed, "run");
  const drawn = random.pick(PRIMITIVE_NAMES);
  const primitive = options.primitive ?? drawn;
  const simulation = await startSimulation({
    seed,
    faultsMs: FAULTS_MS,
    ...(faults && { faults }),
    ...(without && { without }),
  });
  const { time, server } = simulation;
  const recorder = createRecorder(() => time.nowMs);
  const { history, write } = recorder;
  simulation.onFault((fault) => write(asHistory(fault)));
  subject.watch(simulation, write);

  const habits = drawHabits(random);
  let working = true;
  const unexpected: unknown[] = [];
  const workers = startClients(subject, simulation, primitive, habits, recorder, () => !working, unexpected);

  const overload = () => time.events > MOST_EVENTS;
  const until = (ms: number, done = () => false): Promise<void> => {
    const endMs = time.nowMs + ms;
    time.at(endMs, () => {});
    return time.runUntil(() => time.nowMs >= endMs || done() || overload());
  };
  await until(FAULTS_MS);
  working = false;
  simulation.heal();
  write({ type: "quiet", at: time.nowMs });
  await until(subject.settleMs ?? SETTLE_MS, () => workers.running() === 0);
  // Whoever still waits has waited for too long.
  if (workers.running() === 0) await until(IDLE_MS);
  write({ type: "end", at: time.nowMs, keys: (server.command("KEYS", "*") as string[]).length });

  const violations: Violation[] = [
    ...checkHistory(history, {
      graceMs: AFTERMATH_MS,
      idleMs: AFTERMATH_MS,
      remembered: REMEMBERED,
      // Who may send little looks seldom.
      ...(!habits.sparing && subject.measures),
    }),
    ...unexpected.map((error) =>
      trouble(time.nowMs, `a client met what no fault explains: ${String(error)}`),
    ),
    ...(overload() ? [trouble(time.nowMs, `${MOST_EVENTS} events were not enough to come to rest`)] : []),
  ];
  return {
    seed,
    primitive,
    cycles: recorder.granted,
    simulatedMs: time.nowMs,
    events: time.events,
    injected: simulation.injected,
    violations,
    history,
  };
}

/** Long enough for clocks to drift apart by what they may within one lease. */
const LONGEST_TTL_MS = 30_000;

function drawHabits(random: ReturnType<typeof createRandom>): Habits {
  const ttlMs = Math.ceil(random.magnitude(200, LONGEST_TTL_MS));
  return {
    names: Array.from({ length: random.pick([1, 1, 2, 3, 10, 30]) }, (_, i) => `n${i + 1}`),
    ttlMs,
    holdMs: random.magnitude(0.5, ttlMs / 3),
    pauseMs: random.magnitude(0.5, 300),
    sparing: random.chance(0.25),
  };
}

function trouble(at: number, text: string): Violation {
  return { promise: "run", at, ops: [], text };
}
