import type { Check } from "../check.ts";
import type { ServerState, ServerWaiter } from "../events.ts";
import type { History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import type { OperationRecord } from "../operation-record.ts";
import { compareQueues, type QueueChange, sameWaiter } from "../queue-change.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * First come, first served, as the server's states show it: nobody is let in past those who wait, those who wait keep
 * their order, and nobody loses a place for no reason.
 */
export const queue: Check = (history, { toleranceMs }, report) => {
  for (const name of history.names.values()) {
    let before: ServerState | undefined;
    for (const state of name.states) {
      // What the server lost at that moment, it lost.
      if (before && !history.faults.order.beginIn(before.at, state.at)) {
        const change = compareQueues(before.queue, state.queue);
        if (change.left.length > 0 || change.come.length > 0)
          places(history, name, change, state, toleranceMs, report);
        if (change.firstStayed !== undefined)
          letIn(history, name, before, state, change.firstStayed, toleranceMs, report);
      }
      before = state;
    }
  }
};

function places(
  history: History,
  name: NameHistory,
  { left, come, ahead }: QueueChange,
  state: ServerState,
  toleranceMs: number,
  report: Report,
): void {
  const { at } = state;
  const found = ({ op }: ServerWaiter, what: string) =>
    report(
      at,
      [op],
      `${opWords(history, op)} ${what} the queue of ${nameWords(name.name)} at ${timeWords(at)}`,
    );

  for (const waiter of left) {
    const moved = come.some((other) => sameWaiter(other, waiter));
    if (!mayLeave(history, name, waiter, state, toleranceMs))
      found(waiter, moved ? "fell behind others in" : "was not let in and lost its place in");
  }
  for (const waiter of come.slice(0, ahead))
    if (!left.some((other) => sameWaiter(other, waiter))) found(waiter, "came ahead of others into");
}

/** Why somebody may not be in the queue any more. */
function mayLeave(
  history: History,
  name: NameHistory,
  { op }: ServerWaiter,
  { at, holders }: ServerState,
  toleranceMs: number,
): boolean {
  const record = history.operations.get(op);
  if (!record || hasGivenUp(record, at, toleranceMs)) return true;
  if (holders.some((holder) => holder.op === op) || name.served.of(op).some(({ from }) => from < at))
    return true;
  if (name.withdrawn.some((one) => one.op === op && one.at <= at + toleranceMs)) return true;
  const { invoked, client } = record;
  return history.faults.order.overlap(invoked.at, at) || history.faults.down(client).overlap(invoked.at, at);
}

/** The server may count a wait by a clock that is 1 % faster. */
const SHORTEST = 0.99;

/** Whether its wait was over by then. Where nobody said how long it waits, it counts that it was in vain. */
function hasGivenUp({ invoked, ended }: OperationRecord, at: number, toleranceMs: number): boolean {
  const { waitMs } = invoked;
  if (waitMs === undefined) return ended !== undefined;
  return (ended && ended.at <= at + toleranceMs) || at >= invoked.at + waitMs * SHORTEST - toleranceMs;
}

/**
 * Nobody who is fair is let in past somebody who waited before and still does. Whoever has given up may ask once more,
 * late, and so be in the queue again behind all others.
 */
function letIn(
  history: History,
  name: NameHistory,
  before: ServerState,
  now: ServerState,
  firstStayed: number,
  toleranceMs: number,
  report: Report,
): void {
  const { at } = now;
  for (const holder of now.holders) {
    if (!history.operations.get(holder.op)?.fair) continue;
    if (before.holders.some((other) => sameWaiter(other, holder))) continue;
    const place = before.queue.findIndex((waiter) => sameWaiter(waiter, holder));
    if (place >= 0 && place < firstStayed) continue;
    const ahead = place < 0 ? before.queue : before.queue.slice(0, place);
    const passed = ahead.find((waiter) => {
      const record = history.operations.get(waiter.op);
      const stayed = now.queue.some((other) => sameWaiter(other, waiter));
      return stayed && record && !hasGivenUp(record, at, toleranceMs);
    });
    if (passed)
      report(
        at,
        [holder.op, passed.op],
        `${opWords(history, holder.op)} was let in to ${nameWords(name.name)} at ${timeWords(at)} past ` +
          `${opWords(history, passed.op)}, which had waited before it`,
      );
  }
}
