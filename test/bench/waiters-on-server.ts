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
export const LONG = { ttlMs: HOUR_MS, waitMs: HOUR_MS, claimMs: 60_000 } as const;
const AT_ONCE = 500;

type Verbs = ReturnType<Kind>;

export async function waitersOnServer(
  scripts: ScriptBench,
  kind: Kind,
  waiters: number,
): Promise<WaitersOnServer> {
  const name = newName();
  const locks = createLocks({ store: scripts.store });
  const verbs = kind(locks, name);
  let holder: Lease = await verbs.acquire(LONG);
  const line = await queueUp(scripts, verbs, waiters);
  const some = () => Math.floor(Math.random() * line.marks.length);

  return {
    queue: () => line.queue(),
    lookIn: () => line.lookIn(line.marks[some()] as string),
    leave: () => line.leave(line.marks.splice(some(), 1)[0] as string),
    tryAcquire: () => verbs.tryAcquire(),
    extend: () => holder.extend(),
    handOver: () => holder.release(),
    async take() {
      holder = await verbs.acquire({ ...LONG, attemptId: line.marks.shift() as string });
    },
    inspect: () => locks.inspect(name),
  };
}

/** A queue, first to last. */
interface Line {
  readonly marks: string[];
  queue(): Promise<unknown>;
  lookIn(mark: string): Promise<unknown>;
  leave(mark: string): Promise<unknown>;
}

/** One waiter of the SDK's queues and gives up; all others are those two calls under another mark. */
export async function queueUp({ nextCall, run }: ScriptBench, verbs: Verbs, waiters: number): Promise<Line> {
  const mark = newMark();
  const giveUp = new AbortController();
  const queued = nextCall();
  const waiting = verbs.acquire({ ...LONG, attemptId: mark, signal: giveUp.signal });
  const queueCall = await queued;
  const left = nextCall();
  giveUp.abort();
  await waiting.catch(() => {});
  const leaveCall = await left;

  const as = ({ script, keys, args }: ScriptCall, other: string) =>
    run({ script, keys, args: args.map((arg) => arg.replaceAll(mark, other)) });
  const marks: string[] = [];
  const queue = () => {
    const other = newMark();
    marks.push(other);
    return as(queueCall, other);
  };
  while (marks.length < waiters)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiters - marks.length) }, queue));
  return {
    marks,
    queue,
    lookIn: (other) => as(queueCall, other),
    leave: (other) => as(leaveCall, other),
  };
}
