import type { HistoryEvent, Violation } from "@holdfast/testing/history";
import {
  createRandom,
  FAULT_KINDS,
  type FaultKind,
  type InjectedFault,
  startSimulation,
} from "@holdfast/testing/simulation";
import { type Crowd, startClients } from "../clients.ts";
import { asHistory } from "../faults-in-history.ts";
import { createRecorder, type Recorder } from "../recorder.ts";
import type { RunOptions, RunResult } from "../run-seed.ts";
import { checkQuorum } from "./checks.ts";
import { finale } from "./finale.ts";
import { found } from "./found.ts";
import { watchLeftovers } from "./leftovers.ts";
import { createResource } from "./resource.ts";
import { CALM_MS, drawScene, FAULTS_MS, mendMs, type QuorumScene } from "./scene.ts";
import { connectOver, overQuorum, type QuorumSdk } from "./subject.ts";

export interface QuorumRunResult extends RunResult {
  readonly scene: QuorumScene;
  /** How often a node's answer was what. */
  readonly votes: Readonly<Record<string, number>>;
}

/** How long the rest may take once faults have ended: the longest waits, behind holders that renew and forgot. */
const SETTLE_MS = 1_500_000;
/** How often is looked for votes of what is over, and how long after the end of faults at first. */
const LOOK_EVERY_MS = 500;
const CALMING_MS = 1000;
const MOST_EVENTS = 400_000;
/** Each request of a caller is one to every node, so there are fewer callers than elsewhere. */
const CROWD: Crowd = { clients: 3, callers: 2 };
/** A step of a node's clock is felt as long as leases last that were granted before it. */
const UNSOUND: FaultKind = "step-server-clock";
const FORGETTING: ReadonlySet<FaultKind> = new Set(["lose-data", "failover"]);

/** One run: clients at work over a quorum of servers, of which a minority at a time fails, and what became of it. */
export async function runQuorumSeed(sdk: QuorumSdk, options: RunOptions): Promise<QuorumRunResult> {
  const { seed, without } = options;
  const random = createRandom(seed, "quorum");
  const scene = drawScene(random);
  const { primitive, habits, maxTtlMs } = scene;
  const wanted = (options.faults ?? FAULT_KINDS).filter(
    (kind) => !scene.calm && !(scene.durable && FORGETTING.has(kind)),
  );
  const simulation = await startSimulation({
    seed,
    faultsMs: FAULTS_MS,
    faults: wanted,
    // What is rare takes several kinds together; who names some means these.
    every: (options.faults ?? FAULT_KINDS).length < FAULT_KINDS.length,
    nodes: { count: scene.nodes, mendMs: mendMs(scene) },
    ...(without && { without }),
  });
  const { time, servers } = simulation;
  if (scene.founded) await found(sdk, servers);

  const leftovers = watchLeftovers(simulation, habits.names);
  const plain = createRecorder(
    () => time.nowMs,
    (event) => leftovers.hear(event),
  );
  const { history, write } = plain;
  simulation.onFault((fault) => write(inHistory(fault, maxTtlMs)));
  const resource = createResource(time, habits.holdMs, write);
  const recorder: Recorder = {
    ...plain,
    client: (name, machine) =>
      resource.writtenBy(machine, plain.client(name, machine), simulation.random(`writes ${name}`)),
  };
  const votes: Record<string, number> = {};
  const connect = connectOver(sdk, scene, (vote) => {
    votes[vote] = (votes[vote] ?? 0) + 1;
  });

  let working = true;
  const unexpected: unknown[] = [];
  const clients = startClients(
    overQuorum(connect),
    simulation,
    primitive,
    habits,
    recorder,
    () => !working,
    unexpected,
    CROWD,
  );
  const calmFrom = wanted.length > 0 ? FAULTS_MS + CALMING_MS : 0;
  for (let at = calmFrom; at < FAULTS_MS + CALM_MS; at += LOOK_EVERY_MS) leftovers.lookAt(at, calmFrom);
  const overload = () => time.events > MOST_EVENTS;
  const until = (ms: number, done = () => false): Promise<void> => {
    const endMs = time.nowMs + ms;
    time.at(endMs, () => {});
    return time.runUntil(() => time.nowMs >= endMs || done() || overload());
  };
  await until(FAULTS_MS);
  simulation.heal();
  write({ type: "quiet", at: time.nowMs });
  await until(CALM_MS);
  working = false;
  await until(SETTLE_MS, () => clients.running() === 0);
  const simulatedMs = time.nowMs;
  const lastly = await finale({
    simulation,
    scene,
    until,
    join(name) {
      const client = simulation.addClient(name);
      return connect(client, simulation.random(name));
    },
  });

  const trouble = (text: string): Violation => ({ promise: "run", at: time.nowMs, ops: [], text });
  return {
    seed,
    scene,
    primitive,
    votes,
    cycles: plain.granted,
    simulatedMs,
    events: time.events,
    injected: simulation.injected,
    violations: [
      ...checkQuorum(history),
      ...leftovers.violations,
      ...lastly,
      ...unexpected.map((error) => trouble(`a client met what no fault explains: ${String(error)}`)),
      ...(overload() ? [trouble(`${MOST_EVENTS} events were not enough to come to rest`)] : []),
    ].sort((a, b) => a.at - b.at),
    history,
  };
}

/** What befalls a minority excuses nothing, but for a clock that is set. */
function inHistory(fault: InjectedFault, maxTtlMs: number): HistoryEvent {
  const { server, kind, untilMs, atMs } = fault;
  const event = asHistory(fault);
  if (server === undefined || event.type !== "fault") return event;
  if (kind !== UNSOUND) return { ...event, breaks: "nothing" };
  return { ...event, breaks: "exclusion", until: (untilMs ?? atMs) + maxTtlMs };
}
