import type { restStore } from "@holdfast/core";
import type { Cron, createCron, createOnce, Once } from "@holdfast/cron";
import {
  createRandom,
  FAULT_KINDS,
  type FaultKind,
  type InjectedFault,
  type Random,
  type SimulatedClient,
  startSimulation,
} from "@holdfast/testing/simulation";
import { createJudge, type Judge } from "./judge.ts";
import { drawScene, type Scene, type SceneKind, SKEW_MS } from "./scene.ts";

/** What is under test: the sources, or the sources with a mistake of ours. */
export interface CronSdk {
  readonly createCron: typeof createCron;
  readonly createOnce: typeof createOnce;
  readonly restStore: typeof restStore;
}

export interface CronRunOptions {
  readonly seed: number;
  readonly kind: SceneKind;
  /** Default: all. */
  readonly faults?: readonly FaultKind[];
  /** The most occurrences. Default: as many as the scene has. */
  readonly occurrences?: number;
}

export interface CronRunResult {
  readonly scene: Scene;
  readonly occurrences: number;
  readonly deliveries: number;
  /** How often the function was called. */
  readonly calls: number;
  readonly succeeded: number;
  readonly events: number;
  readonly simulatedMs: number;
  readonly injected: readonly InjectedFault[];
  readonly outcomes: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** What a database must not do that locks live in: see docs/guarantees.md. */
const UNSOUND: readonly FaultKind[] = ["lose-data", "failover", "step-server-clock"];
/** When a simulation begins. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
const NAMESPACE = "sim";
const JOB = "job";
const KEEP_MS = 40 * 3_600_000;
const CLIENTS = 4;
const MOST_EVENTS = 400_000;
/** Bounds of a run once faults have ended, in simulated time. */
const SETTLE_MS = 3_600_000;
const SWEEP_MS = 24 * 3_600_000;

interface Member {
  readonly client: SimulatedClient;
  readonly cron: Cron;
  readonly once: Once;
}

/** One run: occurrences that come due, each delivered several times to machines that fail, and what became of them. */
export async function runCronSeed(sdk: CronSdk, options: CronRunOptions): Promise<CronRunResult> {
  const { seed, kind, faults = FAULT_KINDS } = options;
  const random = createRandom(seed, `cron ${kind}`);
  const drawn = drawScene(random, kind);
  const scene = {
    ...drawn,
    occurrences: Math.min(drawn.occurrences, options.occurrences ?? Number.POSITIVE_INFINITY),
  };
  const sound = random.chance(0.9);
  const firstMs = scene.derived ? scene.everyMs : 1000;
  const faultsMs = firstMs + scene.occurrences * scene.everyMs;
  const simulation = await startSimulation({
    seed,
    faultsMs,
    faults: faults.filter((fault) => !sound || !UNSOUND.includes(fault)),
  });
  const { time, server } = simulation;
  const alone = kind === "cron" && scene.overlap !== "allow";
  const judge = createJudge(simulation, alone, kind === "cron" ? scene.lockAtLeastForMs : 0, sound);
  const outcomes: Record<string, number> = {};
  const counts = { deliveries: 0, calls: 0, open: 0 };

  const join = (name: string): Member => {
    const client = simulation.addClient(name);
    const { url, fetch, clock } = client;
    const store = sdk.restStore({ url, token: "token", fetch, clock, timeoutMs: 1000 });
    const given = { store, clock, namespace: NAMESPACE, host: name };
    return { client, cron: sdk.createCron(given), once: sdk.createOnce(given) };
  };

  /** @returns whether nothing is left to do for the task. */
  async function deliver(member: Member, at: number, chance: Random): Promise<boolean> {
    counts.deliveries++;
    const work = worker(member, scene, judge, chance, () => counts.calls++);
    try {
      const told = await (kind === "once" ? callOnce(member, at, work) : callCron(member, at, work));
      outcomes[told.outcome] = (outcomes[told.outcome] ?? 0) + 1;
      return told.over;
    } catch (error) {
      const { code, message, stack } = error as Error & { code?: string };
      const known =
        ["unavailable", "lost", "timeout", "refused"].includes(code ?? "") || message === WORK_FAILED;
      if (!known) judge.fail(`a delivery met what no fault explains: ${stack}`);
      outcomes[code ?? "failed"] = (outcomes[code ?? "failed"] ?? 0) + 1;
      return false;
    }
  }

  async function callCron({ cron }: Member, at: number, work: Work) {
    const scheduledAt = new Date(EPOCH_MS + at);
    const named = scene.derived
      ? { schedule: "0 * * * *", skewMs: SKEW_MS }
      : { occurrence: scheduledAt, skewMs: SKEW_MS };
    const told = await cron.run({ job: JOB, ...named, ...termsOf(scene) }, (run) =>
      work(run.occurrence, run),
    );
    const id = scheduledAt.toISOString();
    if (scene.derived && told.occurrence !== id) judge.fail(`${told.occurrence} was derived for ${id}`);
    if (told.outcome === "ran" && told.recorded) judge.told(id, told.result);
    if (told.outcome === "waited" || (told.outcome === "skipped" && told.why === "succeeded"))
      judge.told(id, told.result);
    if (told.outcome === "gave-up") judge.fail(`${id} was given up after ${told.attempts} attempts`);
    const outcome = told.outcome === "skipped" ? told.why : told.outcome;
    return { outcome, over: outcome === "ran" || outcome === "waited" || outcome === "succeeded" };
  }

  async function callOnce({ once }: Member, at: number, work: Work) {
    const key = `key-${at}`;
    const { ttlMs, lockAtMostForMs } = scene;
    const terms = { ttlMs, lockAtMostForMs, graceMs: graceMs(scene), keepForMs: KEEP_MS, waitMs: 5000 };
    const told = await once(key, (run) => work(key, run), terms);
    if (told.outcome === "remembered" || told.recorded) judge.told(key, told.result);
    return { outcome: told.outcome, over: true };
  }

  const members = Array.from({ length: CLIENTS }, (_, i) => join(`m${i}`));
  const due = Array.from({ length: scene.occurrences }, (_, i) => firstMs + i * scene.everyMs);
  for (const at of due) {
    for (let copies = random.whole(2, 5); copies > 0; copies--) {
      const member = random.pick(members);
      const late = random.chance(0.7) ? random.between(0, 50) : random.between(0, scene.everyMs / 2);
      const chance = createRandom(seed, `delivery ${at} ${copies}`);
      time.at(at + late, () =>
        member.client.machine.deliver(() => {
          counts.open++;
          deliver(member, at, chance).finally(() => counts.open--);
        }),
      );
    }
  }

  const overload = () => time.events > MOST_EVENTS;
  const until = (ms: number, done = () => false) => {
    const endMs = time.nowMs + ms;
    time.at(endMs, () => {});
    return time.runUntil(() => time.nowMs >= endMs || done() || overload());
  };
  await until(faultsMs - time.nowMs);
  simulation.heal();
  // What the dead were doing never ends.
  await until(2 * scene.lockAtMostForMs + 60_000);

  if (!scene.derived) await sweep();
  if (overload()) judge.fail(`${MOST_EVENTS} events were not enough to come to rest`);
  const expected = due.map((at) => (kind === "once" ? `key-${at}` : new Date(EPOCH_MS + at).toISOString()));
  for (const task of expected) if (!scene.derived && !judge.hasSucceeded(task)) judge.fail(`${task} is lost`);
  await until(KEEP_MS + SETTLE_MS);
  const left = server.command("KEYS", "*") as string[];
  if (left.length > 0) judge.fail(`${left.length} keys are left: ${left.slice(0, 3).join(" ")}`);
  return {
    scene,
    occurrences: due.length,
    ...counts,
    succeeded: judge.succeeded(),
    events: time.events,
    simulatedMs: time.nowMs,
    injected: simulation.injected,
    outcomes,
    violations: judge.violations,
  };

  /** The platform delivers again what was not acknowledged, to a machine that works. */
  async function sweep(): Promise<void> {
    const last = join("sweeper");
    let over = false;
    const pause = (ms: number) =>
      new Promise<void>((resolve) => void last.client.clock.setTimeout(resolve, ms));
    const all = async () => {
      for (const at of due)
        for (let tries = 1; ; tries++) {
          if (await deliver(last, at, createRandom(seed, `sweep ${at} ${tries}`))) break;
          await pause(Math.max(scene.lockAtMostForMs, scene.lockAtLeastForMs));
        }
    };
    all().finally(() => {
      over = true;
    });
    await until(SWEEP_MS, () => over);
  }
}

function termsOf(scene: Scene) {
  const { overlap, whenRunning, ttlMs, lockAtMostForMs, lockAtLeastForMs } = scene;
  return {
    overlap,
    whenRunning,
    ttlMs,
    lockAtMostForMs,
    lockAtLeastForMs,
    attempts: 1000,
    keepForMs: KEEP_MS,
    graceMs: graceMs(scene),
    waitMs: 5000,
    ...(scene.backoff && { backoff: { firstMs: 100 } }),
  };
}

/** What does not hear that it is to stop is waited for, so that it tells of its success late. */
function graceMs({ deaf }: Scene): number {
  return deaf > 0 ? 60_000 : 100;
}

const WORK_FAILED = "the work failed";

type Work = (task: string, run: Given) => Promise<{ by: string; fence: number }>;
interface Given {
  readonly fence: number;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** What the function does: some fail, some hang, some do not hear that they are to stop. */
function worker({ client }: Member, scene: Scene, judge: Judge, chance: Random, count: () => void): Work {
  return (task, run) => {
    count();
    const settled = judge.called(task, run, client.machine);
    const [fails, hangs, deaf] = [
      chance.chance(scene.fails),
      chance.chance(scene.hangs),
      chance.chance(scene.deaf),
    ];
    const ms = scene.workMs * chance.magnitude(0.1, 3);
    return new Promise<{ by: string; fence: number }>((resolve, reject) => {
      if (!deaf) run.signal.addEventListener("abort", () => reject(run.signal.reason), { once: true });
      if (hangs) return;
      client.clock.setTimeout(
        () => (fails ? reject(new Error(WORK_FAILED)) : resolve({ by: client.name, fence: run.fence })),
        ms,
      );
    }).finally(settled);
  };
}
