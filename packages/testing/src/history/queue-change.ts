import type { ServerWaiter } from "./events.ts";

/** What became of a queue from one state to the next. */
export interface QueueChange {
  /** Who is not where they were: gone, or also in `come` and so further back. */
  readonly left: readonly ServerWaiter[];
  readonly come: readonly ServerWaiter[];
  /** How many of `come` are ahead of somebody who stayed. */
  readonly ahead: number;
  /** The place before of the first who stayed. */
  readonly firstStayed: number | undefined;
}

export function sameWaiter(a: ServerWaiter | undefined, b: ServerWaiter | undefined): boolean {
  return a !== undefined && b !== undefined && a.op === b.op && a.attempt === b.attempt;
}

const NOBODY: readonly ServerWaiter[] = [];

/** Follows both queues at once: linear where few leave and come at a time. */
export function compareQueues(before: readonly ServerWaiter[], now: readonly ServerWaiter[]): QueueChange {
  let i = 0;
  while (i < before.length && sameWaiter(before[i], now[i])) i++;
  let firstStayed = i > 0 ? 0 : undefined;
  if (i === before.length && i === now.length) return { left: NOBODY, come: NOBODY, ahead: 0, firstStayed };

  const left: ServerWaiter[] = [];
  const come: ServerWaiter[] = [];
  let ahead = 0;
  for (let j = i; j < now.length; j++) {
    const waiter = now[j] as ServerWaiter;
    let found = i;
    while (found < before.length && !sameWaiter(before[found], waiter)) found++;
    if (found === before.length) {
      come.push(waiter);
      continue;
    }
    for (; i < found; i++) left.push(before[i] as ServerWaiter);
    firstStayed ??= i;
    ahead = come.length;
    i++;
  }
  for (; i < before.length; i++) left.push(before[i] as ServerWaiter);
  return { left, come, ahead, firstStayed };
}
