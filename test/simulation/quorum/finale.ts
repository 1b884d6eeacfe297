import type { Locks } from "@holdfast/core";
import type { Violation } from "@holdfast/testing/history";
import type { SimulatedClient, Simulation } from "@holdfast/testing/simulation";
import { mendMs, type QuorumScene } from "./scene.ts";
import { NAMESPACE } from "./subject.ts";

interface Finale {
  readonly simulation: Simulation;
  readonly scene: QuorumScene;
  /** A client that nothing goes wrong for. */
  join(name: string): { client: SimulatedClient; locks: Locks };
  /** Lets time pass, until the condition holds if there is one. */
  until(ms: number, done?: () => boolean): Promise<void>;
}

/** The longest lease of a worker that renews itself and was forgotten, and what else may lie in the way. */
const LONGEST_HOLD_TTLS = 10;
const MARGIN_MS = 60_000;
/** How soon after "unavailable" somebody asks again. */
const AGAIN_MS = 1000;
/** With no other fault, a minority that is dead or silent costs nobody any time. */
const UNCONTENDED_MS = 700;
/** By then every record has run out, whichever clock its fence is by. */
const IDLE_MS = 600_000;

/** What has to be so once faults have ended: no name is orphaned, a dead minority is not felt, and nothing leaks. */
export async function finale({ simulation, scene, join, until }: Finale): Promise<Violation[]> {
  const { time, servers } = simulation;
  const violations: Violation[] = [];
  const fail = (promise: string, text: string) =>
    void violations.push({ promise, at: time.nowMs, ops: [], text });
  const { names } = scene.habits;

  keysWithoutEnd();
  const sweeper = join("sweeper");
  await sweep("sweeper");
  // Nodes that were restarted last are asked for the first time now; after another wait all of them vote.
  await until(mendMs(scene));
  await sweep("sweeper again");
  await until(1000);
  await dead();
  for (const server of servers) server.heal();
  await until(IDLE_MS);
  keysAtTheEnd();
  return violations;

  /** Each name can be had by whoever wants it, once a majority of the nodes votes again. */
  async function sweep(who: string): Promise<void> {
    const waitMs = Math.ceil(LONGEST_HOLD_TTLS * scene.habits.ttlMs + mendMs(scene)) + MARGIN_MS;
    for (const name of names) {
      const by = time.nowMs + waitMs;
      for (;;) {
        const got = await ended(waitMs + MARGIN_MS, sweeper.locks.acquire(name, { ttlMs: 2000, waitMs }));
        if (got.value) {
          await ended(MARGIN_MS, got.value.release());
          break;
        }
        if (got.code !== "unavailable" || time.nowMs > by) {
          fail("orphans", `${who} could not get "${name}" in ${waitMs} ms: ${got.trouble}`);
          break;
        }
        await until(AGAIN_MS);
      }
    }
  }

  /** Nobody else wants anything, and the rest is a majority. */
  async function dead(): Promise<void> {
    const random = simulation.random("the dead");
    const most = Math.ceil(servers.length / 2) - 1;
    const silent = random.chance(0.5);
    const first = random.whole(0, servers.length - 1);
    for (let i = 0; i < most; i++) {
      const server = servers[(first + i) % servers.length];
      if (silent) server?.pause(IDLE_MS);
      else server?.restart(IDLE_MS, "kept");
    }
    const prober = join("prober");
    const how = `${most} of ${servers.length} nodes ${silent ? "silent" : "gone"}`;
    for (const name of names) {
      const from = time.nowMs;
      const got = await ended(MARGIN_MS, prober.locks.tryAcquire(name, { ttlMs: 2000 }));
      const tookMs = Math.round(time.nowMs - from);
      if (!got.value)
        fail("minority", `with ${how}, nobody could get "${name}" after ${tookMs} ms: ${got.trouble}`);
      else if (tookMs > UNCONTENDED_MS) fail("minority", `with ${how}, "${name}" took ${tookMs} ms`);
      const released = got.value && (await ended(MARGIN_MS, got.value.release()));
      if (released && released.value !== "released")
        fail("minority", `with ${how}, a release of "${name}" said ${released.value ?? released.trouble}`);
    }
  }

  /** What came of a call, or why nothing did. */
  async function ended<Value>(limitMs: number, call: Promise<Value | null>): Promise<Outcome<Value>> {
    let result: Outcome<Value> | undefined;
    call.then(
      (value) => {
        result = value === null ? { trouble: "it is held" } : { value, trouble: "" };
      },
      (error) => {
        result = { trouble: String(error), code: (error as { code?: string }).code };
      },
    );
    await until(limitMs, () => result !== undefined);
    return result ?? { trouble: "the call did not end" };
  }

  function keysWithoutEnd(): void {
    for (const server of servers)
      for (const key of server.command("KEYS", "*") as string[])
        if (!isNodeKey(key) && server.command("PTTL", key) === -1)
          fail("leaks", `${key} has no time to live`);
  }

  function keysAtTheEnd(): void {
    for (const [i, server] of servers.entries()) {
      const left = (server.command("KEYS", "*") as string[]).filter((key) => !isNodeKey(key));
      if (left.length > 0) fail("leaks", `redis-${i + 1} still has ${left.length} keys, such as ${left[0]}`);
    }
  }
}

interface Outcome<Value> {
  readonly value?: Value;
  readonly trouble: string;
  readonly code?: string | undefined;
}

function isNodeKey(key: string): boolean {
  return key === `${NAMESPACE}:member`;
}
