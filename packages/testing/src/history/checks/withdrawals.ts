import type { Check } from "../check.ts";
import type { ServerState, Withdrawn } from "../events.ts";
import type { History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/**
 * Once the server has undone an attempt, that attempt holds and waits for nothing there any more, not even when a request
 * of it arrives late.
 */
export const withdrawals: Check = (history, _, report) => {
  for (const name of history.names.values()) if (name.withdrawn.length > 0) undone(history, name, report);
};

function undone(history: History, name: NameHistory, report: Report): void {
  const over = new Map<string, Withdrawn>();
  let next = 0;
  name.states.forEach((state, i) => {
    // The first state to look at is the one that the withdrawal left.
    for (let one = name.withdrawn[next]; one && one.state <= i; one = name.withdrawn[++next])
      over.set(keyOf(one), one);
    if (over.size > 0) look(history, name, state, over, report);
  });
}

function look(
  history: History,
  { name }: NameHistory,
  { at, holders, queue }: ServerState,
  over: Map<string, Withdrawn>,
  report: Report,
): void {
  const found = (present: { op: string; attempt?: string }, what: string) => {
    const withdrawn = over.get(keyOf(present));
    if (!withdrawn || history.faults.exclusion.overlap(withdrawn.at, at)) return;
    over.delete(keyOf(present));
    const since = Math.max(at, withdrawn.at);
    report(
      since,
      [present.op],
      `${opWords(history, present.op)} was withdrawn from ${nameWords(name)} at ${timeWords(withdrawn.at)}, and ${what} it at ${timeWords(since)}`,
    );
  };
  for (const holder of holders) if (holder.until > at) found(holder, "holds");
  for (const waiter of queue) found(waiter, "waits for");
}

function keyOf({ op, attempt = "" }: { op: string; attempt?: string }): string {
  return `${op} ${attempt}`;
}
