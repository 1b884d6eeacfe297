import type { Check } from "../check.ts";
import type { ServerWaiter } from "../events.ts";
import type { History } from "../history.ts";
import type { NameHistory } from "../names.ts";
import type { Report } from "../violation.ts";
import { nameWords, opWords, timeWords } from "../words.ts";

/** A place is good for as long as its operation waits, and is taken only behind as many others as that puts up with. */
export const places: Check = (history, { toleranceMs, placesEnd = false }, report) => {
  for (const name of history.names.values()) {
    if (name.states.length === 0) continue;
    const since = taken(history, name, report);
    if (placesEnd) ended(history, name, since, toleranceMs, report);
  }
};

/** What is granted for a place that had ended was granted to nobody. */
function ended(
  history: History,
  name: NameHistory,
  since: ReadonlyMap<string, number>,
  toleranceMs: number,
  report: Report,
): void {
  for (const serve of name.served.all) {
    const { waitMs, claimMs, ttlMs = 0 } = history.operations.get(serve.op)?.invoked ?? {};
    const at = since.get(keyOf(serve));
    if (!serve.fromQueue || waitMs === undefined || claimMs === undefined || at === undefined) continue;
    // Who asks once more at the very end may find it free.
    if (ttlMs <= claimMs || serve.firstUntil > serve.from + claimMs + toleranceMs) continue;
    if (serve.from <= at + waitMs + toleranceMs || history.faults.order.overlap(at, serve.from)) continue;
    report(
      serve.from,
      [serve.op],
      `${opWords(history, serve.op)} was granted ${nameWords(name.name)} at ${timeWords(serve.from)} for a place that it took at ${timeWords(at)}, to wait for ${waitMs}`,
    );
  }
}

/** When each took its place. */
function taken(history: History, { name, states }: NameHistory, report: Report): Map<string, number> {
  const since = new Map<string, number>();
  // Whoever comes is the last.
  for (const { at, queue } of states)
    for (let place = queue.length - 1; place >= 0; place--) {
      const waiter = queue[place] as ServerWaiter;
      if (since.has(keyOf(waiter))) break;
      since.set(keyOf(waiter), at);
      const most = history.operations.get(waiter.op)?.invoked.maxWaiters;
      if (most === undefined || place < most) continue;
      const ahead = `behind ${place} others`;
      report(
        at,
        [waiter.op],
        `${opWords(history, waiter.op)} took a place in the queue of ${nameWords(name)} ${ahead}, and wanted no more than ${most - 1} before it`,
      );
    }
  return since;
}

function keyOf({ op, attempt = "" }: { op: string; attempt?: string | undefined }): string {
  return `${op} ${attempt}`;
}
