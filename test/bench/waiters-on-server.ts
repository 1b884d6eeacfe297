import { createLocks, type Lease, type Locks, type LockVerbs } from "@holdfast/core";
import { newMark, newName } from "./bench.ts";
import type { ScriptBench, ScriptCall } from "./script-bench.ts";

/** A kind of lock, asked for all of its capacity, so that there is one holder and the others wait. */
export type Kind = (locks: Locks, name: string) => Pick<LockVerbs, "acquire" | "tryAcquire">;

/** A name with one holder and a queue that exists on the server only: nobody waits on this side. */
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
  /** The new holder learns that it has it. Has to follow a `handOver`. */
  take(): Promise<unknown>;
  inspect(): Promise<unknown>;
}

const HOUR_MS = 3_600_000;
const OPTIONS = { ttlMs: HOUR_MS, waitMs: HOUR_MS, claimMs: 60_000 } as const;
const AT_ONCE = 500;

export async function waitersOnServer(
  { nextCall, run, store }: ScriptBench,
  kind: Kind,
  waiters: number,
): Promise<WaitersOnServer> {
  const name = newName();
  const locks = createLocks({ store });
  const verbs = kind(locks, name);
  let holder: Lease = await verbs.acquire(OPTIONS);

  // One waiter of the SDK's queues and gives up. All others are those two calls under another mark.
  const mark = newMark();
  const giveUp = new AbortController();
  const queued = nextCall();
  const waiting = verbs.acquire({ ...OPTIONS, attemptId: mark, signal: giveUp.signal });
  const queueCall = await queued;
  const left = nextCall();
  giveUp.abort();
  await waiting.catch(() => {});
  const leaveCall = await left;

  const as = ({ script, keys, args }: ScriptCall, other: string) =>
    run({ script, keys, args: args.map((arg) => arg.replaceAll(mark, other)) });
  const line: string[] = [];
  const some = () => Math.floor(Math.random() * line.length);
  const queue = () => {
    const other = newMark();
    line.push(other);
    return as(queueCall, other);
  };
  while (line.length < waiters)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiters - line.length) }, queue));

  return {
    queue,
    lookIn: () => as(queueCall, line[some()] as string),
    leave: () => as(leaveCall, line.splice(some(), 1)[0] as string),
    tryAcquire: () => verbs.tryAcquire(),
    extend: () => holder.extend(),
    handOver: () => holder.release(),
    async take() {
      holder = await verbs.acquire({ ...OPTIONS, attemptId: line.shift() as string });
    },
    inspect: () => locks.inspect(name),
  };
}
