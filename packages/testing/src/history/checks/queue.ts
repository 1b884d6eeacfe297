import type { Check } from "../check.ts";
import type { ServerState, ServerWaiter } from "../events.ts";
import type { History } from "../history.ts";
import type { NameHistory } from "../names.ts";
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
        if (change.firstStayed !== undefined) letIn(history, name, before, state, change.firstStayed, report);
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

  for (const waiter of left)
    if (come.some((other) => sameWaiter(other, waiter))) found(waiter, "fell behind others in");
    else if (!mayLeave(history, name, waiter, state, toleranceMs))
      found(waiter, "was not let in and lost its place in");
  for (const waiter of come.slice(0, ahead))
    if (!left.some((other) => sameWaiter(other, waiter))) found(waiter, "came ahead of others into");
}

function mayLeave(
  history: History,
  name: NameHistory,
  { op }: ServerWaiter,
  { at, holders }: ServerState,
  toleranceMs: number,
): boolean {
  const record = history.operations.get(op);
  if (!record) return true;
  const { invoked, ended, client } = record;
  if (holders.some((holder) => holder.op === op)) return true;
  if (name.served.of(op).some(({ from }) => from <= at)) return true;
  if (invoked.waitMs !== undefined && at >= invoked.at + invoked.waitMs * SLOWEST - toleranceMs) return true;
  if (ended && (invoked.waitMs === undefined || ended.at <= at + toleranceMs)) return true;
  return history.faults.order.overlap(invoked.at, at) || history.faults.down(client).overlap(invoked.at, at);
}

/** The server may count a wait by a clock that is 1 % faster. */
const SLOWEST = 0.99;

/** Nobody who is fair is let in past somebody who waited before and still does. */
function letIn(
  history: History,
  name: NameHistory,
  before: ServerState,
  { at, holders }: ServerState,
  firstStayed: number,
  report: Report,
): void {
  for (const holder of holders) {
    if (!history.operations.get(holder.op)?.fair) continue;
    if (before.holders.some((other) => sameWaiter(other, holder))) continue;
    const place = before.queue.findIndex((waiter) => sameWaiter(waiter, holder));
    if (place >= 0 && place < firstStayed) continue;
    const passed = before.queue[firstStayed]?.op ?? "";
    report(
      at,
      [holder.op, passed],
      `${opWords(history, holder.op)} was let in to ${nameWords(name.name)} at ${timeWords(at)} past ` +
        `${opWords(history, passed)}, which had waited before it`,
    );
  }
}
