import type { Operation, ServerHolder, ServerState } from "./events.ts";
import { bounded } from "./operation-record.ts";

/** A time over which the server held a name for an operation without a gap or a change. */
export interface Serve {
  readonly op: Operation;
  readonly attempt: string | undefined;
  readonly fence: number | undefined;
  readonly weight: number;
  /** What the same attempt held until then, if this is that with another fence or weight. */
  readonly continues: Serve | undefined;
  readonly from: number;
  /** Until when it was first promised. */
  readonly firstUntil: number;
  /** When it ran out by the last promise, or was taken away. */
  to: number;
  /** When it was taken away before its time. */
  takenAt: number | undefined;
  /** Whether it was in the queue before. */
  readonly fromQueue: boolean;
  /** The first and the last state that had it. */
  readonly begunIn: ServerState;
  seenIn: ServerState;
}

/** What the server did with a name. */
export interface Served {
  /** In the order in which they began. */
  readonly all: readonly Serve[];
  of(op: Operation): readonly Serve[];
}

const NEVER: readonly Serve[] = [];

export function readServed(states: readonly ServerState[]): Served {
  const all: Serve[] = [];
  const byOperation = new Map<Operation, Serve[]>();
  let before: readonly Serve[] = [];
  let queue: ServerState["queue"] = [];

  for (const state of states) {
    const { at, holders } = state;
    const now: Serve[] = [];
    let place = 0;
    for (const holder of holders) {
      place = placeOf(holder, before, place);
      let serve = before[place];
      if (!serve || (at > serve.to && holder.until > at)) serve = begin(holder, state, queue, before);
      // What has run out stays in the books until somebody looks.
      // A clock that was set ahead ends what was promised for longer, and not before.
      else if (at <= serve.to) serve.to = Math.max(holder.until, at);
      serve.seenIn = state;
      now.push(serve);
      place++;
    }
    for (const serve of before) {
      if (serve.seenIn === state || serve.to <= at) continue;
      serve.to = at;
      serve.takenAt = at;
    }
    before = now;
    queue = state.queue;
  }
  return { all, of: (op) => byOperation.get(op) ?? NEVER };

  function begin(
    holder: ServerHolder,
    state: ServerState,
    queueBefore: ServerState["queue"],
    held: readonly Serve[],
  ): Serve {
    const { op, attempt, fence, until } = holder;
    const weight = bounded(holder.weight);
    const own = held.find((one) => one.op === op && one.attempt === attempt && one.to > state.at);
    const fromQueue = queueBefore.some((waiter) => waiter.op === op && waiter.attempt === attempt);
    const serve: Serve = {
      op,
      attempt,
      fence,
      weight,
      continues: own,
      from: state.at,
      firstUntil: until,
      to: until,
      takenAt: undefined,
      fromQueue,
      begunIn: state,
      seenIn: state,
    };
    all.push(serve);
    const others = byOperation.get(op);
    if (others) others.push(serve);
    else byOperation.set(op, [serve]);
    return serve;
  }
}

/** Where the holder was among those before. They keep their order more often than not, so the search begins there. */
function placeOf(
  { op, attempt, fence, weight }: ServerHolder,
  before: readonly Serve[],
  guess: number,
): number {
  for (let i = 0; i < before.length; i++) {
    const place = (guess + i) % before.length;
    const serve = before[place] as Serve;
    const same = serve.op === op && serve.attempt === attempt && serve.fence === fence;
    if (same && serve.weight === bounded(weight)) return place;
  }
  return before.length;
}
