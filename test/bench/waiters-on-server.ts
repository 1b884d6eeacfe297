import { createLocks, type Locks, type LockVerbs } from "@holdfast/core";
import { newMark, newName } from "./bench.ts";
import type { ScriptBench, ScriptCall } from "./script-bench.ts";

/** A kind of lock, asked for all of its capacity, so that there is one holder and the others wait. */
export type Kind = (locks: Locks, name: string) => Pick<LockVerbs, "acquire" | "tryAcquire">;

/** A name with one holder and a queue, made of nothing but script calls: nobody waits on this side. */
export interface WaitersOnServer {
  /** A new waiter at the end. */
  queue(): Promise<unknown>;
  /** The heartbeat of some waiter. */
  lookIn(): Promise<unknown>;
  /** Some waiter gives up. */
  leave(): Promise<unknown>;
  tryAcquire(): Promise<unknown>;
  extend(): Promise<unknown>;
  /** The holder releases, and the first in line has it. */
  handOver(): Promise<unknown>;
  inspect(): Promise<unknown>;
}

const LONG_MS = 3_600_000;
const OPTIONS = { ttlMs: LONG_MS, claimMs: 60_000 } as const;

export async function waitersOnServer(
  { nextCall, run, store }: ScriptBench,
  kind: Kind,
  waiters: number,
): Promise<WaitersOnServer> {
  const name = newName();
  const locks = createLocks({ store });
  const verbs = kind(locks, name);

  // The SDK makes each call once, for one claim; for the others the claim is replaced.
  const holder = newMark();
  const held = await verbs.acquire({ ...OPTIONS, attemptId: holder });
  const extended = nextCall();
  await held.extend();
  const extendCall = await extended;

  const waiter = newMark();
  const leaving = new AbortController();
  const queued = nextCall();
  const waiting = verbs.acquire({ ...OPTIONS, attemptId: waiter, waitMs: LONG_MS, signal: leaving.signal });
  const waitCall = await queued;
  const left = nextCall();
  leaving.abort();
  await waiting.catch(() => {});
  const leaveCall = await left;
  const ownerOf = (call: ScriptCall) => call.args.join(" ").split(`${waiter} `)[1]?.split(" ")[0] as string;
  const owner = ownerOf(waitCall);

  const as = ({ script, keys, args }: ScriptCall, from: string, to: string): ScriptCall => ({
    script,
    keys,
    args: args.map((arg) => arg.replaceAll(from, to).replaceAll(held.toJSON().owner, owner)),
  });
  // The last argument of a release is the place in the queue to give up; a holder has none.
  const releaseOf = (mark: string): ScriptCall => {
    const call = as(leaveCall, waiter, mark);
    return { ...call, args: [...call.args.slice(0, -1), ""] };
  };
  const take = (mark: string) => run(as(waitCall, waiter, mark));

  const line: string[] = [];
  let inside = newMark();
  await held.release();
  await take(inside);
  const queue = async () => {
    const mark = newMark();
    line.push(mark);
    await take(mark);
  };
  const some = () => Math.floor(Math.random() * line.length);
  while (line.length < waiters)
    await Promise.all(Array.from({ length: Math.min(500, waiters - line.length) }, queue));

  return {
    queue,
    lookIn: () => take(line[some()] as string),
    leave: () => run(as(leaveCall, waiter, line.splice(some(), 1)[0] as string)),
    tryAcquire: () => verbs.tryAcquire(),
    extend: () => run(as(extendCall, holder, inside)),
    async handOver() {
      await run(releaseOf(inside));
      inside = line.shift() as string;
    },
    inspect: () => locks.inspect(name),
  };
}
